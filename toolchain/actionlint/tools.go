//go:build tools

// Package actionlint holds no code: it names what go.mod and go.sum beside it pin.
package actionlint

import _ "github.com/rhysd/actionlint/cmd/actionlint"
