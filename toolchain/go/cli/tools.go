//go:build tools

// Package cli only pins the Pulumi CLI: its go.mod and go.sum are what the build is checked against.
package cli

import _ "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
