package main

import (
	"context"
	"errors"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// Where a service's networks stand in upstream's version and in the SDK's.
const (
	oldNetworks resource.PropertyKey = "networks"
	newNetworks resource.PropertyKey = "networksAdvanceds"
)

// serviceNetworks turns taskSpec.networksAdvanceds of the SDK into the list of network ids that this upstream knows.
// What can't be expressed in it is refused: dropped silently, an alias would be missed only in production.
func serviceNetworks(
	_ context.Context, inputs, _ resource.PropertyMap,
) (resource.PropertyMap, error) {
	task, known := object(inputs["taskSpec"])
	if !known || !task[newNetworks].HasValue() {
		return inputs, nil
	}
	list := plain(task[newNetworks])
	networks := resource.MakeComputed(resource.NewProperty(""))
	if list.IsArray() {
		var ids []resource.PropertyValue
		for _, element := range list.ArrayValue() {
			id, err := networkID(element)
			if err != nil {
				return nil, err
			}
			ids = append(ids, id)
		}
		networks = resource.NewProperty(ids)
	}
	task = task.Copy()
	delete(task, newNetworks)
	task[oldNetworks] = networks
	inputs = inputs.Copy()
	inputs["taskSpec"] = resource.NewProperty(task)
	return inputs, nil
}

func networkID(element resource.PropertyValue) (resource.PropertyValue, error) {
	network, known := object(element)
	if !known {
		return resource.MakeComputed(resource.NewProperty("")), nil
	}
	for _, unsupported := range []resource.PropertyKey{"aliases", "driverOpts"} {
		if network[unsupported].HasValue() {
			return resource.PropertyValue{}, errors.New("taskSpec.networksAdvanceds: the Docker provider that is built " +
				"here knows no " + string(unsupported) + " (see toolchain/DIFFERENCES.md); a service is reachable by its name")
		}
	}
	if id := network["id"]; id.HasValue() || id.IsComputed() {
		return id, nil
	}
	return network["name"], nil
}

// plain takes off the marks of secrets and outputs; what is unknown stays unknown.
func plain(value resource.PropertyValue) resource.PropertyValue {
	for {
		switch {
		case value.IsSecret():
			value = value.SecretValue().Element
		case value.IsOutput() && value.OutputValue().Known:
			value = value.OutputValue().Element
		default:
			return value
		}
	}
}

func object(value resource.PropertyValue) (resource.PropertyMap, bool) {
	value = plain(value)
	if !value.IsObject() {
		return nil, false
	}
	return value.ObjectValue(), true
}
