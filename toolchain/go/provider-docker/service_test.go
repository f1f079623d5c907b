package main

import (
	"context"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

func service(networks any) resource.PropertyMap {
	return resource.NewPropertyMapFromMap(map[string]any{
		"taskSpec": map[string]any{"networksAdvanceds": networks, "runtime": "container"},
	})
}

func TestServiceNetworks(t *testing.T) {
	unknown := resource.MakeComputed(resource.NewProperty(""))
	inputs := service([]any{map[string]any{"name": "edge"}, map[string]any{"id": unknown}})
	got, err := serviceNetworks(context.Background(), inputs, nil)
	if err != nil {
		t.Fatal(err)
	}
	task := got["taskSpec"].ObjectValue()
	ids := task["networks"].ArrayValue()
	if len(ids) != 2 || ids[0].StringValue() != "edge" || !ids[1].IsComputed() || task.HasValue("networksAdvanceds") {
		t.Errorf("got %v", task)
	}
	if !inputs["taskSpec"].ObjectValue().HasValue("networksAdvanceds") {
		t.Error("the program's own inputs were changed")
	}

	_, err = serviceNetworks(context.Background(), service([]any{map[string]any{"name": "edge", "aliases": []any{"web"}}}), nil)
	if err == nil || !strings.Contains(err.Error(), "aliases") {
		t.Errorf("an alias must be refused by name, got %v", err)
	}
}
