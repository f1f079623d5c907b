// Package run has what local and remote commands share: captured and logged output, and the end of processes.
package run

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"sync"

	p "github.com/pulumi/pulumi-go-provider"
)

// Environment variables in which a command finds what its previous run printed.
const (
	StdoutVariable = "PULUMI_COMMAND_STDOUT"
	StderrVariable = "PULUMI_COMMAND_STDERR"
)

// Streams takes a command's output: each stream as a whole for the outputs, both interleaved for an error
// message, and line by line for the log while the command runs.
type Streams struct {
	ctx            context.Context
	stdout, stderr bytes.Buffer
	mu             sync.Mutex
	both           bytes.Buffer
	logWriter      *io.PipeWriter
	logged         chan struct{}
	logOut, logErr bool
}

// NewStreams starts logging; Close ends it.
func NewStreams(ctx context.Context, logStdout, logStderr bool) *Streams {
	reader, writer := io.Pipe()
	s := &Streams{ctx: ctx, logWriter: writer, logged: make(chan struct{}), logOut: logStdout, logErr: logStderr}
	go s.log(reader)
	return s
}

func (s *Streams) log(reader io.Reader) {
	defer close(s.logged)
	lines := bufio.NewReader(reader) // no Scanner: it gives up on a long line and would block the command
	for {
		line, err := lines.ReadString('\n')
		if line = strings.TrimRight(line, "\r\n"); line != "" || err == nil {
			p.GetLogger(s.ctx).InfoStatus(Redact(s.ctx, line))
		}
		if err != nil {
			return
		}
	}
}

// Stdout is the writer for the command's standard output.
func (s *Streams) Stdout() io.Writer { return s.writer(&s.stdout, s.logOut) }

// Stderr is the writer for the command's standard error.
func (s *Streams) Stderr() io.Writer { return s.writer(&s.stderr, s.logErr) }

func (s *Streams) writer(own io.Writer, logged bool) io.Writer {
	writers := []io.Writer{own, lockedWriter{&s.mu, &s.both}}
	if logged {
		writers = append(writers, s.logWriter)
	}
	return io.MultiWriter(writers...)
}

// Close waits until every line is logged.
func (s *Streams) Close() {
	s.logWriter.Close()
	<-s.logged
}

// Results are the outputs, each without its last line end.
func (s *Streams) Results() (stdout, stderr string) {
	return strings.TrimSuffix(s.stdout.String(), "\n"), strings.TrimSuffix(s.stderr.String(), "\n")
}

// Error says what failed, with everything that the command printed.
func (s *Streams) Error(cause error, command string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return fmt.Errorf("%w: running %q:\n%s", cause, Redact(s.ctx, command), Redact(s.ctx, s.both.String()))
}

type lockedWriter struct {
	mu    *sync.Mutex
	inner io.Writer
}

func (w lockedWriter) Write(text []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.inner.Write(text)
}
