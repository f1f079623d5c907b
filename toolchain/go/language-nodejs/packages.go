package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// manifest is what we read of a package.json.
type manifest struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	Pulumi  struct {
		Resource         bool   `json:"resource"`
		Name             string `json:"name"`
		Version          string `json:"version"`
		Server           string `json:"server"`
		Parameterization *struct {
			Name    string `json:"name"`
			Version string `json:"version"`
			Value   []byte `json:"value"`
		} `json:"parameterization"`
	} `json:"pulumi"`
}

// packageScan collects the Pulumi packages below node_modules folders.
type packageScan struct {
	seen  map[string]bool // real paths, because workspaces link folders to each other
	found map[string]*pulumirpc.PackageDependency
}

// requiredPackages lists what the installed npm packages declare as their provider plugins. A workspace hoists
// packages to its root, so every node_modules folder that Node would search from the program is read.
func requiredPackages(program, root string) ([]*pulumirpc.PackageDependency, error) {
	scan := &packageScan{seen: map[string]bool{}, found: map[string]*pulumirpc.PackageDependency{}}
	directory, err := filepath.Abs(program)
	if err != nil {
		return nil, err
	}
	for {
		if err := scan.modules(filepath.Join(directory, "node_modules")); err != nil {
			return nil, err
		}
		parent := filepath.Dir(directory)
		if parent == directory || (directory == filepath.Clean(root) && len(scan.found) > 0) {
			break
		}
		directory = parent
	}
	keys := make([]string, 0, len(scan.found))
	for key := range scan.found {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	packages := make([]*pulumirpc.PackageDependency, len(keys))
	for i, key := range keys {
		packages[i] = scan.found[key]
	}
	return packages, nil
}

func (s *packageScan) modules(folder string) error {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil // no such folder: nothing is installed at this level
	}
	for _, entry := range entries {
		name, path := entry.Name(), filepath.Join(folder, entry.Name())
		switch {
		case strings.HasPrefix(name, "."):
		case strings.HasPrefix(name, "@"):
			if err := s.modules(path); err != nil {
				return err
			}
		default:
			if err := s.module(path); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *packageScan) module(path string) error {
	real, err := filepath.EvalSymlinks(path)
	if err != nil || s.seen[real] {
		return nil
	}
	s.seen[real] = true
	text, err := os.ReadFile(filepath.Join(real, "package.json"))
	if err != nil {
		return nil // a stray folder
	}
	var m manifest
	if err := json.Unmarshal(text, &m); err == nil && m.Pulumi.Resource {
		dependency, err := m.dependency()
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		s.found[dependency.Name+"@"+dependency.Version+"/"+dependency.GetParameterization().GetName()] = dependency
	}
	return s.modules(filepath.Join(real, "node_modules"))
}

func (m *manifest) dependency() (*pulumirpc.PackageDependency, error) {
	name := m.Pulumi.Name
	if name == "" {
		// Only Pulumi's own scope maps to plugin names by itself; others have to say theirs.
		short, official := strings.CutPrefix(m.Name, "@pulumi/")
		if !official {
			return nil, fmt.Errorf("package.json of %q marks a provider but has no pulumi.name", m.Name)
		}
		name = short
	}
	version := m.Pulumi.Version
	if version == "" {
		version = m.Version
	}
	if version == "" {
		return nil, fmt.Errorf("package.json of %q marks a provider but has no version", m.Name)
	}
	dependency := &pulumirpc.PackageDependency{
		Kind: "resource", Name: name, Version: "v" + strings.TrimPrefix(version, "v"), Server: m.Pulumi.Server,
	}
	if p := m.Pulumi.Parameterization; p != nil {
		dependency.Parameterization = &pulumirpc.PackageParameterization{
			Name: p.Name, Version: p.Version, Value: p.Value,
		}
	}
	return dependency, nil
}
