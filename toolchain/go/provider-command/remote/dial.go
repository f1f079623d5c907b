package remote

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"time"

	"golang.org/x/crypto/ssh"

	p "github.com/pulumi/pulumi-go-provider"
)

// Pauses between dials grow from the first to the second.
const (
	firstPause = 200 * time.Millisecond
	longest    = 5 * time.Second
)

// session is a connection with what has to be closed after it.
type session struct {
	*ssh.Client
	closers []func()
}

func (s *session) Close() {
	for i := len(s.closers) - 1; i >= 0; i-- {
		s.closers[i]()
	}
}

// dialer opens a network connection to an address: directly, or through a proxy.
type dialer func(ctx context.Context, network, address string) (net.Conn, error)

// Dial connects and logs in, over the proxy if there is one. It is closed when ctx ends.
func (c *Connection) Dial(ctx context.Context) (*session, error) {
	if c == nil {
		return nil, errors.New("connection: missing")
	}
	s := &session{}
	through := dialer((&net.Dialer{}).DialContext)
	if c.Proxy != nil {
		proxy, err := c.Proxy.connect(ctx, s, through, "proxy ")
		if err != nil {
			s.Close()
			return nil, fmt.Errorf("proxy: %w", err)
		}
		through = proxy.DialContext
	}
	client, err := c.connect(ctx, s, through, "")
	if err != nil {
		s.Close()
		return nil, err
	}
	s.Client = client
	stop := context.AfterFunc(ctx, func() { client.Close() })
	s.closers = append(s.closers, func() { stop() })
	return s, nil
}

// connect retries until logged in: a host that has just been made may not listen yet, or not know the key yet.
func (e *endpoint) connect(ctx context.Context, s *session, through dialer, role string) (*ssh.Client, error) {
	if e.Host == nil || *e.Host == "" {
		return nil, errors.New("connection.host: missing")
	}
	config, release, err := e.clientConfig()
	s.closers = append(s.closers, release)
	if err != nil {
		return nil, err
	}
	address := net.JoinHostPort(*e.Host, strconv.Itoa(int(valueOr(e.Port, defaultPort))))
	limit := valueOr(e.DialErrorLimit, defaultDialErrorLimit)
	pause := firstPause
	for failures := 1; ; failures++ {
		client, err := login(ctx, through, address, config)
		if err == nil {
			s.closers = append(s.closers, func() { client.Close() })
			return client, nil
		}
		if ctx.Err() != nil || errors.Is(err, errWrongHostKey) {
			return nil, err
		}
		if limit > unlimitedDialErrors && failures > limit {
			return nil, fmt.Errorf("after %d failed attempts: %w", failures, err)
		}
		most := strconv.Itoa(limit)
		if limit <= unlimitedDialErrors {
			most = "inf"
		}
		p.GetLogger(ctx).InfoStatusf("Dial %s%d/%s failed: retrying", role, failures, most)
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(pause):
		}
		pause = min(pause*3/2, longest)
	}
}

// login bounds the handshake as well as the dial: a port that accepts and then says nothing is a failed try.
func login(ctx context.Context, through dialer, address string, config *ssh.ClientConfig) (*ssh.Client, error) {
	if config.Timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, config.Timeout)
		defer cancel()
	}
	conn, err := through(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	giveUp := context.AfterFunc(ctx, func() { conn.Close() })
	inner, channels, requests, err := ssh.NewClientConn(conn, address, config)
	if !giveUp() && err == nil {
		err = fmt.Errorf("%s: no SSH handshake in %s", address, config.Timeout)
	}
	if err != nil {
		conn.Close()
		return nil, err
	}
	return ssh.NewClient(inner, channels, requests), nil
}
