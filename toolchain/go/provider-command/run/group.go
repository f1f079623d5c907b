package run

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"sync"
	"syscall"
	"time"
)

// stopGrace is how long a cancelled command gets to clean up after SIGTERM.
const stopGrace = 5 * time.Second

var (
	groupsMu sync.Mutex
	groups   = map[int]bool{}
)

// InGroup runs cmd as the leader of a process group of its own and ends that whole group when ctx ends: killing
// only the shell would leave what it started running.
func InGroup(ctx context.Context, cmd *exec.Cmd) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	groupsMu.Lock()
	err := cmd.Start()
	if err != nil {
		groupsMu.Unlock()
		return err
	}
	group := cmd.Process.Pid
	groups[group] = true
	groupsMu.Unlock()
	defer func() {
		groupsMu.Lock()
		delete(groups, group)
		groupsMu.Unlock()
	}()

	ended := make(chan struct{})
	go func() {
		select {
		case <-ended:
			return
		case <-ctx.Done():
		}
		stop(group)
	}()
	err = cmd.Wait()
	close(ended)
	if ctx.Err() != nil {
		stop(group) // what outlived its leader
		return fmt.Errorf("stopped: %w", ctx.Err())
	}
	return err
}

// stop asks the group to end, and kills what is left of it after the grace time.
func stop(group int) {
	if errors.Is(syscall.Kill(-group, syscall.SIGTERM), syscall.ESRCH) {
		return
	}
	for deadline := time.Now().Add(stopGrace); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		if errors.Is(syscall.Kill(-group, 0), syscall.ESRCH) {
			return
		}
	}
	_ = syscall.Kill(-group, syscall.SIGKILL) // gone meanwhile is as good
}

// KillGroupsOnSignal ends running commands when this process is told to end: they are in groups of their own, so
// the engine's signal to our group doesn't reach them.
func KillGroupsOnSignal() {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	go func() {
		received := <-signals
		groupsMu.Lock() // kept: no further command may start
		for group := range groups {
			_ = syscall.Kill(-group, syscall.SIGKILL)
		}
		os.Exit(128 + int(received.(syscall.Signal)))
	}()
}
