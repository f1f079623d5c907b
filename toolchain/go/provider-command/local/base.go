package local

import (
	"context"
	"os"
	"os/exec"
	"strings"

	"github.com/pulumi/pulumi-go-provider/infer"
	"github.com/pulumi/pulumi-go-provider/infer/types"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"oneforall.local/toolchain/provider-command/run"
)

// BaseInputs are what every local command takes.
type BaseInputs struct {
	Stdin                  *string            `pulumi:"stdin,optional"`
	Logging                *Logging           `pulumi:"logging,optional"`
	Interpreter            *[]string          `pulumi:"interpreter,optional"`
	Dir                    *string            `pulumi:"dir,optional"`
	Environment            *map[string]string `pulumi:"environment,optional"`
	AssetPaths             *[]string          `pulumi:"assetPaths,optional"`
	ArchivePaths           *[]string          `pulumi:"archivePaths,optional"`
	AddPreviousOutputInEnv *bool              `pulumi:"addPreviousOutputInEnv,optional"`
}

// BaseOutputs are what every local command gives.
type BaseOutputs struct {
	Stdout  string                            `pulumi:"stdout"`
	Stderr  string                            `pulumi:"stderr"`
	Assets  *map[string]*types.AssetOrArchive `pulumi:"assets,optional"`
	Archive *resource.Archive                 `pulumi:"archive,optional"`
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

// execute runs command and fills out; on failure out keeps the previous results.
func (in *BaseInputs) execute(ctx context.Context, command string, out *BaseOutputs) error {
	arguments := []string{"/bin/sh", "-c"}
	if in.Interpreter != nil && len(*in.Interpreter) > 0 {
		arguments = append([]string{}, *in.Interpreter...)
	}
	arguments = append(arguments, command)
	streams := run.NewStreams(ctx, in.Logging.shows(LogStdout), in.Logging.shows(LogStderr))

	//nolint:gosec // running the given command is what this is for
	cmd := exec.Command(arguments[0], arguments[1:]...)
	cmd.Stdout, cmd.Stderr = streams.Stdout(), streams.Stderr()
	cmd.Env = in.environment(out)
	if in.Stdin != nil && *in.Stdin != "" {
		cmd.Stdin = strings.NewReader(*in.Stdin)
	}
	var err error
	if in.Dir != nil {
		cmd.Dir = *in.Dir
	} else if cmd.Dir, err = os.Getwd(); err != nil {
		streams.Close()
		return err
	}

	err = run.InGroup(ctx, cmd)
	streams.Close()
	if err != nil {
		return streams.Error(err, command)
	}
	if err := in.collectFiles(cmd.Dir, out); err != nil {
		return err
	}
	out.Stdout, out.Stderr = streams.Results()
	return nil
}

func (in *BaseInputs) environment(previous *BaseOutputs) []string {
	env := os.Environ()
	if in.Environment != nil {
		for name, value := range *in.Environment {
			env = append(env, name+"="+value)
		}
	}
	if in.AddPreviousOutputInEnv == nil || *in.AddPreviousOutputInEnv {
		if previous.Stdout != "" {
			env = append(env, run.StdoutVariable+"="+previous.Stdout)
		}
		if previous.Stderr != "" {
			env = append(env, run.StderrVariable+"="+previous.Stderr)
		}
	}
	return env
}
