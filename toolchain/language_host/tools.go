//go:build tools

// Package languagehost holds no code: it names what go.mod and go.sum beside it pin.
package languagehost

import _ "github.com/pulumi/pulumi/sdk/v3/python/cmd/pulumi-language-python"
