//go:build !schema

// Command pulumi-resource-random is a Pulumi provider over the random provider for Terraform, for networks that
// reach the Go module proxy but not the released plugin. It answers to the same tokens and property names.
package main

import (
	"context"
	_ "embed"

	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/pf/tfbridge"
)

// Made by `go run -tags schema . > schema.json`; this bridge maps properties by it.
//
//go:embed schema.json
var packageSchema []byte

// version is set by the linker from toolchain/versions.json; the bridge insists on a semantic version.
var version = "0.0.0-dev"

func main() {
	tfbridge.Main(context.Background(), packageName, providerInfo(version),
		tfbridge.ProviderMetadata{PackageSchema: packageSchema})
}
