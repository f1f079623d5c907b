//go:build !schema

// Command pulumi-resource-docker is a Pulumi provider over the Docker provider for Terraform, for networks that
// reach the Go module proxy but not the released plugin. It answers to the same tokens and property names as the
// released one that toolchain/versions.json pins; what differs is in toolchain/DIFFERENCES.md.
package main

import (
	_ "embed"

	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
)

// Made by `go run -tags schema . > schema.json`; serves `pulumi import` and `pulumi package get-schema`.
//
//go:embed schema.json
var packageSchema []byte

// version is set by the linker from toolchain/versions.json.
var version = "0.0.0-dev"

func main() {
	tfbridge.Main(packageName, version, providerInfo(version), packageSchema)
}
