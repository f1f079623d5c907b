// Command pulumi-resource-command runs commands here and over SSH as Pulumi resources. It takes the place of the
// released @pulumi/command plugin that toolchain/versions.json pins where that can't be downloaded, and behaves
// the same to programs; what is stricter here is in toolchain/DIFFERENCES.md.
package main

import (
	"context"
	"fmt"
	"os"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-go-provider/infer"
	"github.com/pulumi/pulumi-go-provider/middleware/schema"

	"oneforall.local/toolchain/provider-command/local"
	"oneforall.local/toolchain/provider-command/remote"
	"oneforall.local/toolchain/provider-command/run"
)

// version is set by the linker from toolchain/versions.json.
var version = "0.0.0-dev"

func main() {
	run.KillGroupsOnSignal()
	if err := p.RunProvider(context.Background(), "command", version, provider()); err != nil {
		fmt.Fprintf(os.Stderr, "pulumi-resource-command: %v\n", err)
		os.Exit(1)
	}
}

func provider() p.Provider {
	inferred := infer.Provider(infer.Options{
		Metadata: schema.Metadata{
			DisplayName: "Command",
			Description: "Commands, here and over SSH, as resources",
			License:     "Apache-2.0",
		},
		Resources: []infer.InferredResource{
			infer.Resource(&local.Command{}),
			infer.Resource(&remote.Command{}),
			infer.Resource(&remote.CopyToRemote{}),
			infer.Resource(&remote.CopyFile{}),
		},
		Functions: []infer.InferredFunction{infer.Function(&local.Run{})},
	})
	return withRedaction(inferred)
}

// withRedaction notes what is secret in a request before infer unwraps it, so that a command that echoes its
// secret stdin doesn't put it into the log, into an error message or in plain text into the state.
func withRedaction(inner p.Provider) p.Provider {
	outer := inner
	outer.Create = func(ctx context.Context, req p.CreateRequest) (p.CreateResponse, error) {
		ctx = run.WithSecrets(ctx, req.Properties)
		response, err := inner.Create(ctx, req)
		response.Properties = run.HideEchoes(ctx, response.Properties)
		return response, err
	}
	outer.Update = func(ctx context.Context, req p.UpdateRequest) (p.UpdateResponse, error) {
		ctx = run.WithSecrets(ctx, req.Inputs, req.State)
		response, err := inner.Update(ctx, req)
		response.Properties = run.HideEchoes(ctx, response.Properties)
		return response, err
	}
	outer.Delete = func(ctx context.Context, req p.DeleteRequest) error {
		return inner.Delete(run.WithSecrets(ctx, req.Properties), req)
	}
	outer.Invoke = func(ctx context.Context, req p.InvokeRequest) (p.InvokeResponse, error) {
		return inner.Invoke(run.WithSecrets(ctx, req.Args), req)
	}
	return outer
}
