package local

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"strings"

	"github.com/gobwas/glob"

	"github.com/pulumi/pulumi-go-provider/infer/types"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// pattern is one line of assetPaths or archivePaths.
type pattern struct {
	glob    glob.Glob
	exclude bool
}

// collectFiles fills assets and archive with the files that the command left behind.
func (in *BaseInputs) collectFiles(dir string, out *BaseOutputs) error {
	if in.AssetPaths != nil {
		found, err := matchingFiles(dir, *in.AssetPaths)
		if err != nil {
			return err
		}
		assets := map[string]*types.AssetOrArchive{}
		for name, asset := range found {
			assets[name] = &types.AssetOrArchive{Asset: asset}
		}
		out.Assets = &assets
	}
	if in.ArchivePaths != nil {
		found, err := matchingFiles(dir, *in.ArchivePaths)
		if err != nil {
			return err
		}
		members := map[string]any{}
		for name, asset := range found {
			members[name] = asset
		}
		if out.Archive, err = resource.NewAssetArchive(members); err != nil {
			return err
		}
	}
	return nil
}

// matchingFiles applies the patterns in order: a later one with "!" takes away what earlier ones found.
func matchingFiles(dir string, lines []string) (map[string]*resource.Asset, error) {
	patterns := make([]pattern, len(lines))
	for i, line := range lines {
		text, exclude := strings.CutPrefix(line, "!")
		compiled, err := glob.Compile(text, '/')
		if err != nil {
			return nil, fmt.Errorf("%q is not a pattern: %w", line, err)
		}
		patterns[i] = pattern{compiled, exclude}
	}
	found := map[string]*resource.Asset{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		included := false
		for _, p := range patterns {
			if p.glob.Match(name) {
				included = !p.exclude
			}
		}
		if included {
			found[name], err = resource.NewPathAsset(path.Join(dir, name))
		}
		return err
	})
	return found, err
}
