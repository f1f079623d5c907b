package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/config"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// exitAlreadyReported is what the SDK exits with after it has shown the error itself (RunError and the like);
// naming it once more would print it twice.
const exitAlreadyReported = 32

// plainWriter hides that a stream is a file: Node switches files that it inherits to non-blocking mode, which
// loses lines of ours.
type plainWriter struct{ io.Writer }

// Run executes a program once. The SDK talks to the engine's resource monitor directly: the one thing a proxy in
// between would be for, synchronous invokes over pipes, is used by SDKs older than the pinned one only.
func (h *host) Run(ctx context.Context, req *pulumirpc.RunRequest) (*pulumirpc.RunResponse, error) {
	failed := func(err error) (*pulumirpc.RunResponse, error) {
		return &pulumirpc.RunResponse{Error: err.Error()}, nil
	}
	info := req.GetInfo()
	opts, err := parseOptions(info)
	if err != nil {
		return failed(err)
	}
	node, script, err := findNode(ctx, info.GetProgramDirectory(), "@pulumi/pulumi/cmd/run")
	if err != nil {
		return failed(err)
	}
	settings, err := programConfig(req)
	if err != nil {
		return failed(err)
	}

	args := append(append([]string{}, opts.nodeArgs...), script)
	cmd, release := h.command(ctx, node, append(args, h.programArguments(req)...)...)
	defer release()
	cmd.Env = append(append(os.Environ(), settings...), opts.environment()...)
	cmd.Stdout, cmd.Stderr = plainWriter{os.Stdout}, plainWriter{os.Stderr}

	h.children.Add(1)
	defer h.children.Done()
	err = cmd.Run()
	var exit *exec.ExitError
	switch {
	case err == nil:
		return &pulumirpc.RunResponse{}, nil
	case ctx.Err() != nil || h.ctx.Err() != nil:
		return failed(errors.New("the program was stopped"))
	case errors.As(err, &exit) && exit.ExitCode() == exitAlreadyReported:
		return &pulumirpc.RunResponse{Bail: true}, nil
	case errors.As(err, &exit) && exit.ExitCode() >= 0:
		return failed(fmt.Errorf("the program exited with code %d", exit.ExitCode()))
	case errors.As(err, &exit):
		return failed(fmt.Errorf("the program was ended by %v (out of memory?)", exit.ProcessState))
	default:
		return failed(fmt.Errorf("starting %s: %w", node, err))
	}
}

func (h *host) programArguments(req *pulumirpc.RunRequest) []string {
	var args []string
	option := func(name, value string) {
		if value != "" {
			args = append(args, "--"+name, value)
		}
	}
	option("monitor", req.GetMonitorAddress())
	option("engine", h.engineAddress())
	option("organization", req.GetOrganization())
	option("project", req.GetProject())
	option("root-directory", req.GetInfo().GetRootDirectory())
	option("stack", req.GetStack())
	option("pwd", req.GetInfo().GetProgramDirectory())
	option("parallel", strconv.Itoa(int(req.GetParallel())))
	option("tracing", h.tracing)
	if req.GetDryRun() {
		args = append(args, "--dry-run")
	}
	return append(append(args, req.GetInfo().GetEntryPoint()), req.GetArgs()...)
}

// programConfig puts the stack's configuration where the SDK reads it.
func programConfig(req *pulumirpc.RunRequest) ([]string, error) {
	values := map[string]string{}
	for key, value := range req.GetConfig() {
		parsed, err := config.ParseKey(key)
		if err != nil {
			return nil, err
		}
		values[parsed.String()] = value
	}
	secrets := req.GetConfigSecretKeys()
	if secrets == nil {
		secrets = []string{}
	}
	valuesText, err := json.Marshal(values)
	if err != nil {
		return nil, err
	}
	secretsText, err := json.Marshal(secrets)
	if err != nil {
		return nil, err
	}
	return []string{
		"PULUMI_CONFIG=" + string(valuesText),
		"PULUMI_CONFIG_SECRET_KEYS=" + string(secretsText),
	}, nil
}
