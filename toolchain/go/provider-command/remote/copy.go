package remote

import (
	"context"

	"github.com/pkg/sftp"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-go-provider/infer"
	"github.com/pulumi/pulumi-go-provider/infer/types"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// CopyToRemote is command:remote:CopyToRemote. It never deletes what it copied, as in the released provider.
type CopyToRemote struct{}

// CopyToRemoteInputs are its inputs.
type CopyToRemoteInputs struct {
	Connection *Connection          `pulumi:"connection"        provider:"secret"`
	Triggers   *[]any               `pulumi:"triggers,optional" provider:"replaceOnChanges"`
	Source     types.AssetOrArchive `pulumi:"source"`
	RemotePath string               `pulumi:"remotePath"`
}

// CopyToRemoteOutputs are its outputs.
type CopyToRemoteOutputs struct {
	CopyToRemoteInputs
}

// Check refuses sources that can't be copied as they are.
func (*CopyToRemote) Check(
	ctx context.Context, req infer.CheckRequest,
) (infer.CheckResponse[CopyToRemoteInputs], error) {
	inputs, failures, err := infer.DefaultCheck[CopyToRemoteInputs](ctx, req.NewInputs)
	response := infer.CheckResponse[CopyToRemoteInputs]{Inputs: inputs, Failures: failures}
	if err != nil || len(failures) > 0 {
		return response, err
	}
	asset, archive := inputs.Source.Asset, inputs.Source.Archive
	refuse := func(reason string) {
		response.Failures = append(response.Failures, p.CheckFailure{Property: "source", Reason: reason})
	}
	switch {
	case asset == nil && archive == nil:
		// Unknown in preview, or missing; the schema requires it, so missing is caught before this.
		if source, given := req.NewInputs.GetOk("source"); !given || !source.IsComputed() {
			refuse("give a FileAsset, a StringAsset or a FileArchive")
		}
	case asset != nil && !asset.IsPath() && !asset.IsText():
		refuse("an asset must be a FileAsset or a StringAsset")
	case archive != nil && !archive.IsPath():
		refuse("an archive must be a FileArchive: the path of a file or a directory")
	}
	return response, nil
}

// Create copies.
func (*CopyToRemote) Create(
	ctx context.Context, req infer.CreateRequest[CopyToRemoteInputs],
) (infer.CreateResponse[CopyToRemoteOutputs], error) {
	response := infer.CreateResponse[CopyToRemoteOutputs]{Output: CopyToRemoteOutputs{req.Inputs}}
	if req.DryRun {
		return response, nil
	}
	if err := req.Inputs.copy(ctx); err != nil {
		return response, err
	}
	var err error
	response.ID, err = resource.NewUniqueHex("", 8, 0)
	return response, err
}

// Update copies again when source or target changed; a new connection alone is only remembered.
func (*CopyToRemote) Update(
	ctx context.Context, req infer.UpdateRequest[CopyToRemoteInputs, CopyToRemoteOutputs],
) (infer.UpdateResponse[CopyToRemoteOutputs], error) {
	response := infer.UpdateResponse[CopyToRemoteOutputs]{Output: CopyToRemoteOutputs{req.Inputs}}
	same := req.Inputs.hash() == req.State.hash() && req.Inputs.RemotePath == req.State.RemotePath
	if req.DryRun || same {
		return response, nil
	}
	return response, req.Inputs.copy(ctx)
}

func (in *CopyToRemoteInputs) hash() string {
	switch {
	case in.Source.Archive != nil:
		return in.Source.Archive.Hash
	case in.Source.Asset != nil:
		return in.Source.Asset.Hash
	}
	return ""
}

func (in *CopyToRemoteInputs) copy(ctx context.Context) error {
	return withSFTP(ctx, in.Connection, func(client *sftp.Client) error {
		switch source := in.Source; {
		case source.Archive != nil:
			return copyPath(client, source.Archive.Path, in.RemotePath)
		case source.Asset.IsText():
			return copyText(client, source.Asset.Text, in.RemotePath)
		default:
			return copyPath(client, source.Asset.Path, in.RemotePath)
		}
	})
}

// CopyFile is command:remote:CopyFile, the deprecated form. Any change replaces it.
type CopyFile struct{}

// Annotate marks it as deprecated.
func (c *CopyFile) Annotate(a infer.Annotator) { a.Deprecate(&c, "use CopyToRemote") }

// CopyFileInputs are its inputs.
type CopyFileInputs struct {
	Connection *Connection `pulumi:"connection"        provider:"secret"`
	Triggers   *[]any      `pulumi:"triggers,optional"`
	LocalPath  string      `pulumi:"localPath"`
	RemotePath string      `pulumi:"remotePath"`
}

// CopyFileOutputs are its outputs.
type CopyFileOutputs struct {
	CopyFileInputs
}

// Create copies.
func (*CopyFile) Create(
	ctx context.Context, req infer.CreateRequest[CopyFileInputs],
) (infer.CreateResponse[CopyFileOutputs], error) {
	response := infer.CreateResponse[CopyFileOutputs]{Output: CopyFileOutputs{req.Inputs}}
	if req.DryRun {
		return response, nil
	}
	err := withSFTP(ctx, req.Inputs.Connection, func(client *sftp.Client) error {
		return copyFile(client, req.Inputs.LocalPath, req.Inputs.RemotePath)
	})
	if err != nil {
		return response, err
	}
	response.ID, err = resource.NewUniqueHex("", 8, 0)
	return response, err
}
