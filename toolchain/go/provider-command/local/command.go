// Package local runs commands on the machine that Pulumi runs on. Its types are the schema: their names and tags
// are those of @pulumi/command.
package local

import (
	"context"

	"github.com/pulumi/pulumi-go-provider/infer"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// Command is command:local:Command.
type Command struct{}

// CommandInputs are its inputs.
type CommandInputs struct {
	Triggers *[]any  `pulumi:"triggers,optional" provider:"replaceOnChanges"`
	Create   *string `pulumi:"create,optional"`
	Update   *string `pulumi:"update,optional"`
	Delete   *string `pulumi:"delete,optional"`
	BaseInputs
}

// CommandOutputs are its outputs. Infer makes each of them unknown in a preview that changes an input, and secret
// when any input is.
type CommandOutputs struct {
	CommandInputs
	BaseOutputs
}

// Create runs `create`.
func (*Command) Create(
	ctx context.Context, req infer.CreateRequest[CommandInputs],
) (infer.CreateResponse[CommandOutputs], error) {
	response := infer.CreateResponse[CommandOutputs]{Output: CommandOutputs{CommandInputs: req.Inputs}}
	var err error
	if response.ID, err = resource.NewUniqueHex(req.Name, 8, 0); err != nil || req.DryRun {
		return response, err
	}
	err = response.Output.execute(ctx, req.Inputs.Create)
	return response, err
}

// Update runs `update`, or `create` where there is none.
func (*Command) Update(
	ctx context.Context, req infer.UpdateRequest[CommandInputs, CommandOutputs],
) (infer.UpdateResponse[CommandOutputs], error) {
	response := infer.UpdateResponse[CommandOutputs]{
		Output: CommandOutputs{CommandInputs: req.Inputs, BaseOutputs: req.State.BaseOutputs},
	}
	if req.DryRun {
		return response, nil
	}
	command := req.Inputs.Update
	if command == nil {
		command = req.Inputs.Create
	}
	return response, response.Output.execute(ctx, command)
}

// Delete runs `delete` with the inputs of the last run.
func (*Command) Delete(ctx context.Context, req infer.DeleteRequest[CommandOutputs]) (infer.DeleteResponse, error) {
	return infer.DeleteResponse{}, req.State.execute(ctx, req.State.Delete)
}

func (o *CommandOutputs) execute(ctx context.Context, command *string) error {
	if command == nil {
		return nil
	}
	return o.BaseInputs.execute(ctx, *command, &o.BaseOutputs)
}

// Run is the function command:local:run: it runs in every preview and update.
type Run struct{}

// RunInputs are its arguments.
type RunInputs struct {
	BaseInputs
	Command string `pulumi:"command"`
}

// RunOutputs is its result.
type RunOutputs struct {
	RunInputs
	BaseOutputs
}

// Invoke runs the command.
func (*Run) Invoke(
	ctx context.Context, req infer.FunctionRequest[RunInputs],
) (infer.FunctionResponse[RunOutputs], error) {
	result := RunOutputs{RunInputs: req.Input}
	err := req.Input.BaseInputs.execute(ctx, req.Input.Command, &result.BaseOutputs)
	return infer.FunctionResponse[RunOutputs]{Output: result}, err
}
