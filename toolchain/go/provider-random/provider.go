package main

import (
	"context"
	"errors"

	pf "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/pf/tfbridge"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/terraform-providers/terraform-provider-random/internal/provider"
)

const packageName = "random"

// upstream resource → module file and type that @pulumi/random gives it.
var resourceNames = map[string]tokens.Type{
	"random_bytes":    "random:index/randomBytes:RandomBytes",
	"random_id":       "random:index/randomId:RandomId",
	"random_integer":  "random:index/randomInteger:RandomInteger",
	"random_password": "random:index/randomPassword:RandomPassword",
	"random_pet":      "random:index/randomPet:RandomPet",
	"random_shuffle":  "random:index/randomShuffle:RandomShuffle",
	"random_string":   "random:index/randomString:RandomString",
	"random_uuid":     "random:index/randomUuid:RandomUuid",
	"random_uuid4":    "random:index/randomUuid4:RandomUuid4",
	"random_uuid7":    "random:index/randomUuid7:RandomUuid7",
}

func providerInfo(version string) tfbridge.ProviderInfo {
	info := tfbridge.ProviderInfo{
		P:            pf.ShimProvider(provider.New()),
		Name:         packageName,
		Version:      version,
		Description:  "Random values, built from the upstream that the Go module proxy has",
		License:      "MPL-2.0",
		MetadataInfo: tfbridge.NewProviderMetadata([]byte("{}")),
		Resources:    map[string]*tfbridge.ResourceInfo{},
		// Both as in the released provider, so that it reads states of this one and the other way round.
		EnableAccurateBridgePreview: true,
		EnableRawStateDelta:         true,
	}
	for upstream, token := range resourceNames {
		info.Resources[upstream] = &tfbridge.ResourceInfo{Tok: token}
	}
	info.Resources["random_bytes"].ComputeID = bytesID
	// States made before this field was versioned lack the marker; they are of version 1.
	info.Resources["random_string"].PreStateUpgradeHook = func(
		args tfbridge.PreStateUpgradeHookArgs,
	) (int64, resource.PropertyMap, error) {
		return max(args.PriorStateSchemaVersion, 1), args.PriorState, nil
	}
	return info
}

// bytesID is what the released provider uses: upstream has no id for this resource.
func bytesID(_ context.Context, state resource.PropertyMap) (resource.ID, error) {
	value := state["base64"]
	if value.IsSecret() {
		value = value.SecretValue().Element
	}
	if !value.IsString() {
		return "", errors.New("random_bytes: upstream gave no base64 value")
	}
	return resource.ID(value.StringValue()), nil
}
