package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"

	"github.com/google/shlex"

	"github.com/pulumi/pulumi/sdk/v3/nodejs/npm"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// options are `runtime.options` of Pulumi.yaml.
type options struct {
	typescript     bool
	tsconfig       string
	nodeArgs       []string
	packageManager npm.PackageManagerType
	production     bool
}

func parseOptions(info *pulumirpc.ProgramInfo) (options, error) {
	opts := options{typescript: true, packageManager: npm.AutoPackageManager}
	for key, value := range info.GetOptions().AsMap() {
		var ok bool
		switch key {
		case "typescript":
			opts.typescript, ok = value.(bool)
		case "production":
			opts.production, ok = value.(bool)
		case "tsconfig":
			opts.tsconfig, ok = value.(string)
		case "packagemanager":
			var name string
			if name, ok = value.(string); ok && name != "auto" {
				managers := map[string]npm.PackageManagerType{
					"npm": npm.NpmPackageManager, "yarn": npm.YarnPackageManager,
					"pnpm": npm.PnpmPackageManager, "bun": npm.BunPackageManager,
				}
				opts.packageManager, ok = managers[name]
			}
		case "nodeargs":
			var text string
			if text, ok = value.(string); ok {
				args, err := shlex.Split(text)
				if err != nil {
					return opts, fmt.Errorf("Pulumi.yaml runtime.options.nodeargs: %w", err)
				}
				opts.nodeArgs = args
			}
		default:
			ok = true // options of later hosts do no harm
		}
		if !ok {
			return opts, fmt.Errorf("Pulumi.yaml runtime.options.%s: %v is not a value for it", key, value)
		}
	}
	return opts, nil
}

func (o options) environment() []string {
	var env []string
	if o.typescript {
		env = append(env, "PULUMI_NODEJS_TYPESCRIPT=true")
	}
	if o.tsconfig != "" {
		env = append(env, "PULUMI_NODEJS_TSCONFIG_PATH="+o.tsconfig)
	}
	return env
}

// findNode returns the node binary and the file of one of the SDK's entry points as the program itself would
// resolve it, so that host and program always use the same copy of the SDK.
func findNode(ctx context.Context, directory, entry string) (node, script string, err error) {
	if node, err = exec.LookPath("node"); err != nil {
		return "", "", fmt.Errorf("node is not on the PATH; install Node.js 20 or later: %w", err)
	}
	cmd := exec.CommandContext(ctx, node, "-p", `require.resolve(process.argv[1])`, entry)
	cmd.Dir = directory
	out, err := cmd.Output()
	if err == nil {
		return node, strings.TrimSpace(string(out)), nil
	}
	var exit *exec.ExitError
	if errors.As(err, &exit) && strings.Contains(string(exit.Stderr), "MODULE_NOT_FOUND") {
		return "", "", fmt.Errorf("the Pulumi SDK is not installed for %s; run npm ci there", directory)
	}
	return "", "", fmt.Errorf("looking for %s in %s: %w", entry, directory, err)
}

// command prepares a Node process that is asked to stop when the engine stops, and killed if it doesn't.
func (h *host) command(ctx context.Context, node string, args ...string) (*exec.Cmd, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	detach := context.AfterFunc(h.ctx, cancel)
	cmd := exec.CommandContext(ctx, node, args...)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = childGrace
	return cmd, func() { detach(); cancel() }
}
