package remote

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"os"
	"time"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"
)

// errWrongHostKey is never retried: the next try would meet the same stranger.
var errWrongHostKey = errors.New("ssh: host key mismatch")

// clientConfig prepares logging in; release closes the agent's socket.
func (e *endpoint) clientConfig() (config *ssh.ClientConfig, release func(), err error) {
	release = func() {}
	config = &ssh.ClientConfig{
		User:            valueOr(e.User, defaultUser),
		Timeout:         time.Duration(valueOr(e.PerDialTimeout, defaultDialSeconds)) * time.Second,
		HostKeyCallback: ssh.InsecureIgnoreHostKey(), //nolint:gosec // what the SDK documents for no hostKey
	}
	if e.HostKey != nil {
		if err := e.pinHostKey(config); err != nil {
			return nil, release, err
		}
	}
	if e.PrivateKey != nil {
		signer, err := e.signer()
		if err != nil {
			return nil, release, fmt.Errorf("connection.privateKey: %w", err)
		}
		config.Auth = append(config.Auth, ssh.PublicKeys(signer))
	}
	if e.Password != nil {
		password := *e.Password
		config.Auth = append(config.Auth, ssh.Password(password), ssh.KeyboardInteractive(
			func(_, _ string, questions []string, _ []bool) ([]string, error) {
				answers := make([]string, len(questions))
				for i := range answers {
					answers[i] = password
				}
				return answers, nil
			}))
	}
	socket := valueOr(e.AgentSocketPath, os.Getenv("SSH_AUTH_SOCK"))
	if socket != "" {
		conn, err := net.Dial("unix", socket)
		if err != nil {
			return nil, release, fmt.Errorf("the SSH agent at %s: %w", socket, err)
		}
		release = func() { conn.Close() }
		config.Auth = append(config.Auth, ssh.PublicKeysCallback(agent.NewClient(conn).Signers))
	}
	return config, release, nil
}

func (e *endpoint) signer() (ssh.Signer, error) {
	if e.PrivateKeyPassword != nil {
		return ssh.ParsePrivateKeyWithPassphrase([]byte(*e.PrivateKey), []byte(*e.PrivateKeyPassword))
	}
	return ssh.ParsePrivateKey([]byte(*e.PrivateKey))
}

// pinHostKey accepts one key only, and asks the server for that type of key: it may have several.
func (e *endpoint) pinHostKey(config *ssh.ClientConfig) error {
	pinned, _, _, _, err := ssh.ParseAuthorizedKey([]byte(*e.HostKey))
	if err != nil {
		return fmt.Errorf("connection.hostKey: not a public key line (like \"ssh-ed25519 AAAA…\"): %w", err)
	}
	config.HostKeyAlgorithms = []string{pinned.Type()}
	if pinned.Type() == ssh.KeyAlgoRSA {
		// An RSA key signs with SHA-2 today; servers refuse the old signature named like the key.
		config.HostKeyAlgorithms = []string{ssh.KeyAlgoRSASHA512, ssh.KeyAlgoRSASHA256}
	}
	config.HostKeyCallback = func(host string, _ net.Addr, offered ssh.PublicKey) error {
		if bytes.Equal(offered.Marshal(), pinned.Marshal()) {
			return nil
		}
		return fmt.Errorf("%w: %s offers %s, connection.hostKey is %s", errWrongHostKey, host,
			ssh.FingerprintSHA256(offered), ssh.FingerprintSHA256(pinned))
	}
	return nil
}
