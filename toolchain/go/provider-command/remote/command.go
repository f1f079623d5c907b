package remote

import (
	"context"
	"fmt"
	"strings"

	"golang.org/x/crypto/ssh"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-go-provider/infer"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"oneforall.local/toolchain/provider-command/run"
)

// Command is command:remote:Command.
type Command struct{}

// CommandInputs are its inputs.
type CommandInputs struct {
	Triggers               *[]any            `pulumi:"triggers,optional"               provider:"replaceOnChanges"`
	Create                 *string           `pulumi:"create,optional"`
	Update                 *string           `pulumi:"update,optional"`
	Delete                 *string           `pulumi:"delete,optional"`
	Stdin                  *string           `pulumi:"stdin,optional"`
	Logging                *Logging          `pulumi:"logging,optional"`
	Connection             *Connection       `pulumi:"connection"                      provider:"secret"`
	Environment            map[string]string `pulumi:"environment,optional"`
	AddPreviousOutputInEnv *bool             `pulumi:"addPreviousOutputInEnv,optional"`
}

// BaseOutputs are what a remote command gives.
type BaseOutputs struct {
	Stdout string `pulumi:"stdout"`
	Stderr string `pulumi:"stderr"`
}

// CommandOutputs are its outputs.
type CommandOutputs struct {
	CommandInputs
	BaseOutputs
}

// Logging says which streams are shown while the command runs; both are captured in any case.
type Logging string

// Values of Logging.
const (
	LogStdout Logging = "stdout"
	LogStderr Logging = "stderr"
	LogBoth   Logging = "stdoutAndStderr"
	LogNone   Logging = "none"
)

// Values makes Logging an enumeration in the schema.
func (Logging) Values() []infer.EnumValue[Logging] {
	return []infer.EnumValue[Logging]{
		{Name: string(LogStdout), Value: LogStdout},
		{Name: string(LogStderr), Value: LogStderr},
		{Name: string(LogBoth), Value: LogBoth},
		{Name: string(LogNone), Value: LogNone},
	}
}

func (l *Logging) shows(stream Logging) bool {
	return l == nil || *l == LogBoth || *l == stream
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

// Delete runs `delete` over the connection of the last run.
func (*Command) Delete(ctx context.Context, req infer.DeleteRequest[CommandOutputs]) (infer.DeleteResponse, error) {
	return infer.DeleteResponse{}, req.State.execute(ctx, req.State.Delete)
}

func (o *CommandOutputs) execute(ctx context.Context, command *string) error {
	if command == nil {
		return nil
	}
	client, err := o.Connection.Dial(ctx)
	if err != nil {
		return err
	}
	defer client.Close()
	shell, err := client.NewSession()
	if err != nil {
		return err
	}
	defer shell.Close()
	// Ask the far side to end the command; closing the connection alone would leave it running.
	stop := context.AfterFunc(ctx, func() { _ = shell.Signal(ssh.SIGTERM) })
	defer stop()

	if err := o.setEnvironment(ctx, shell); err != nil {
		return err
	}
	if o.Stdin != nil && *o.Stdin != "" {
		shell.Stdin = strings.NewReader(*o.Stdin)
	}
	streams := run.NewStreams(ctx, o.Logging.shows(LogStdout), o.Logging.shows(LogStderr))
	shell.Stdout, shell.Stderr = streams.Stdout(), streams.Stderr()
	err = shell.Run(*command)
	streams.Close()
	if err == nil && ctx.Err() != nil {
		err = ctx.Err()
	}
	if err != nil {
		return streams.Error(err, *command)
	}
	o.Stdout, o.Stderr = streams.Results()
	return nil
}

// setEnvironment fails on a variable that the program asks for, and only warns about those of ours: sshd accepts
// none but the ones that its AcceptEnv names.
func (o *CommandOutputs) setEnvironment(ctx context.Context, shell *ssh.Session) error {
	const hint = "sshd takes only variables that its AcceptEnv names; or write VAR=value before the command"
	for name, value := range o.Environment {
		if err := shell.Setenv(name, value); err != nil {
			return fmt.Errorf("could not set environment variable %q (%s): %w", name, hint, err)
		}
	}
	if !valueOr(o.AddPreviousOutputInEnv, true) {
		return nil
	}
	previous := []struct{ name, value string }{{run.StdoutVariable, o.Stdout}, {run.StderrVariable, o.Stderr}}
	for _, variable := range previous {
		if variable.value == "" {
			continue
		}
		if err := shell.Setenv(variable.name, variable.value); err != nil {
			p.GetLogger(ctx).Warningf("Unable to set '%s': %s", variable.name, hint)
		}
	}
	return nil
}
