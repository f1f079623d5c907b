// Command pulumi-language-nodejs is a small Node.js language host for the Pulumi engine.
//
// The released host is not published as a Go module, so where the official downloads can't be reached this one
// takes its place. It speaks the protocol of the pinned SDK and does what running programs, policy packs and
// plugins needs; code generation (convert, new packages) stays with the released host.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"google.golang.org/grpc"

	"github.com/pulumi/pulumi/sdk/v3/go/common/util/logging"
	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// hostVersion is set by the linker from toolchain/versions.json.
var hostVersion = "0.0.0-dev"

// childGrace is how long Node gets to end by itself after an interrupt.
const childGrace = 5 * time.Second

// host serves one engine. Its context ends when the engine goes away, asks us to stop, or a signal arrives.
type host struct {
	pulumirpc.UnimplementedLanguageRuntimeServer

	tracing string

	mu     sync.Mutex
	engine string

	ctx      context.Context
	stop     context.CancelFunc
	children sync.WaitGroup
}

func main() {
	tracing := flag.String("tracing", "", "a Zipkin-compatible endpoint, handed on to the program")
	showVersion := flag.Bool("version", false, "print the version and exit")
	runtimeName := flag.String("runtime", "nodejs", "the runtime to serve; only nodejs is known here")
	flag.Parse()
	if *showVersion {
		fmt.Println(hostVersion)
		return
	}
	if *runtimeName != "nodejs" {
		fail(fmt.Errorf("this language host runs Node.js programs only, not %q", *runtimeName))
	}
	logging.InitLogging(false, 0, false)
	if err := serve(flag.Arg(0), *tracing); err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintf(os.Stderr, "pulumi-language-nodejs: %v\n", err)
	os.Exit(1)
}

func serve(engine, tracing string) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	h := &host{tracing: tracing, ctx: ctx, stop: stop}
	if err := h.watchEngine(engine); err != nil {
		return err
	}

	finished := make(chan bool)
	context.AfterFunc(ctx, func() { close(finished) })
	handle, err := rpcutil.ServeWithOptions(rpcutil.ServeOptions{
		Cancel: finished,
		Init: func(server *grpc.Server) error {
			pulumirpc.RegisterLanguageRuntimeServer(server, h)
			return nil
		},
		Options: rpcutil.TracingServerInterceptorOptions(nil),
	})
	if err != nil {
		return fmt.Errorf("starting the server: %w", err)
	}
	// The engine reads our port from the first line of stdout.
	fmt.Println(handle.Port)
	err = <-handle.Done
	h.children.Wait()
	return err
}

// watchEngine remembers where the engine listens and ends this process when it no longer answers: an engine that
// was killed must not leave a Node process behind.
func (h *host) watchEngine(address string) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if address == "" || address == h.engine {
		return nil
	}
	h.engine = address
	return rpcutil.Healthcheck(h.ctx, address, 5*time.Minute, h.stop)
}

func (h *host) engineAddress() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.engine
}
