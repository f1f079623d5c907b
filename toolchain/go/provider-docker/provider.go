package main

import (
	"context"
	"strings"
	"unicode"

	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	sdkv2 "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim/sdk-v2"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/terraform-providers/terraform-provider-docker/internal/provider"
)

const (
	packageName = "docker"
	localDaemon = "unix:///var/run/docker.sock"
	// Longest generated name; Docker itself sets no limit, 255 is what the released provider uses.
	longestName = 255
)

// upstream resource → the name that @pulumi/docker gives it.
var resourceNames = map[string]string{
	"docker_config":         "ServiceConfig",
	"docker_container":      "Container",
	"docker_image":          "RemoteImage",
	"docker_network":        "Network",
	"docker_plugin":         "Plugin",
	"docker_registry_image": "RegistryImage",
	"docker_secret":         "Secret",
	"docker_service":        "Service",
	"docker_tag":            "Tag",
	"docker_volume":         "Volume",
}

var functionNames = map[string]string{
	"docker_image":          "getRemoteImage",
	"docker_logs":           "getLogs",
	"docker_network":        "getNetwork",
	"docker_plugin":         "getPlugin",
	"docker_registry_image": "getRegistryImage",
}

func providerInfo(version string) tfbridge.ProviderInfo {
	info := tfbridge.ProviderInfo{
		P:           sdkv2.NewProvider(likeReleased(provider.New(version)())),
		Name:        packageName,
		Version:     version,
		Description: "Docker resources, built from the upstream that the Go module proxy has",
		License:     "Apache-2.0",
		GitHubOrg:   "kreuzwerker",
		Config: map[string]*tfbridge.SchemaInfo{
			"host": {Default: &tfbridge.DefaultInfo{
				EnvVars: []string{"DOCKER_HOST"},
				ComputeDefault: func(context.Context, tfbridge.ComputeDefaultOptions) (any, error) {
					return localDaemon, nil
				},
			}},
			// A list upstream whose name must stay singular for the SDK.
			"registry_auth": {Name: "registryAuth", MaxItemsOne: tfbridge.False()},
		},
		Resources:   map[string]*tfbridge.ResourceInfo{},
		DataSources: map[string]*tfbridge.DataSourceInfo{},
	}
	for upstream, name := range resourceNames {
		info.Resources[upstream] = &tfbridge.ResourceInfo{Tok: tokens.Type(token(name))}
	}
	for upstream, name := range functionNames {
		info.DataSources[upstream] = &tfbridge.DataSourceInfo{Tok: tokens.ModuleMember(token(name))}
	}

	container := info.Resources["docker_container"]
	// Two containers can't share a name or a host port, so the old one goes first unless the program says otherwise.
	container.DeleteBeforeReplace = true
	container.Fields = map[string]*tfbridge.SchemaInfo{
		"command":           {Name: "command"},          // one command in many words
		"networks_advanced": {Name: "networksAdvanced"}, // singular in the SDK as well
	}

	image := info.Resources["docker_image"]
	image.Fields = map[string]*tfbridge.SchemaInfo{
		"name": {Name: "name"}, // a reference to an image, never generated
		"build": {Elem: &tfbridge.SchemaInfo{Fields: map[string]*tfbridge.SchemaInfo{
			"path":      {Name: "context"}, // renamed upstream in 3.0
			"build_arg": {Name: "buildArgs"},
		}}},
	}
	info.Resources["docker_service"].PreCheckCallback = serviceNetworks

	info.SetAutonaming(longestName, "-")
	return info
}

// token is docker:index/remoteImage:RemoteImage for RemoteImage.
func token(name string) string {
	file := string(unicode.ToLower(rune(name[0]))) + name[1:]
	return strings.Join([]string{packageName, "index/" + file, name}, ":")
}
