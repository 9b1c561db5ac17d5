//go:build tools

// Package engine holds no code: it names what go.mod and go.sum beside it pin.
package engine

import (
	_ "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
	_ "github.com/pulumi/pulumi/sdk/v3/go/common/version"
)
