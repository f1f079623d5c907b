package remote

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/pkg/sftp"
)

func withSFTP(ctx context.Context, connection *Connection, do func(*sftp.Client) error) error {
	connected, err := connection.Dial(ctx)
	if err != nil {
		return err
	}
	defer connected.Close()
	// Each file is one stream from start to end, which is what makes concurrent writes safe.
	client, err := sftp.NewClient(connected.Client, sftp.UseConcurrentWrites(true))
	if err != nil {
		return fmt.Errorf("starting SFTP: %w", err)
	}
	defer client.Close()
	return do(client)
}

// stat returns nothing for a path that doesn't exist.
func stat(client *sftp.Client, remote string) (fs.FileInfo, error) {
	info, err := client.Stat(remote)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("remote path %s: %w", remote, err)
	}
	return info, nil
}

func copyText(client *sftp.Client, text, remote string) error {
	info, err := stat(client, remote)
	if err != nil {
		return err
	}
	if info != nil && info.IsDir() {
		return fmt.Errorf("remote path %s is a directory; a text asset needs a file's path", remote)
	}
	if err := client.MkdirAll(path.Dir(remote)); err != nil {
		return fmt.Errorf("creating the directories of %s: %w", remote, err)
	}
	return write(client, strings.NewReader(text), remote)
}

// copyPath follows cp: an existing directory takes the source into it; "directory/" means its content.
func copyPath(client *sftp.Client, local, remote string) error {
	source, err := os.Stat(local)
	if err != nil {
		return err
	}
	target, err := stat(client, remote)
	if err != nil {
		return err
	}
	if source.IsDir() {
		if !strings.HasSuffix(local, "/") {
			remote = path.Join(remote, filepath.Base(local))
		}
		return copyDirectory(client, local, remote)
	}
	if target != nil && target.IsDir() {
		remote = path.Join(remote, filepath.Base(local))
	} else if target == nil {
		if err := client.MkdirAll(path.Dir(remote)); err != nil {
			return fmt.Errorf("creating the directories of %s: %w", remote, err)
		}
	}
	return copyFile(client, local, remote)
}

func copyDirectory(client *sftp.Client, local, remote string) error {
	return fs.WalkDir(os.DirFS(local), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		target := path.Join(remote, name)
		if !entry.IsDir() {
			return copyFile(client, filepath.Join(local, name), target)
		}
		info, err := stat(client, target)
		switch {
		case err != nil:
			return err
		case info == nil:
			if err := client.MkdirAll(target); err != nil {
				return fmt.Errorf("creating %s: %w", target, err)
			}
		case !info.IsDir():
			return fmt.Errorf("remote path %s exists but is not a directory", target)
		}
		return nil
	})
}

func copyFile(client *sftp.Client, local, remote string) error {
	source, err := os.Open(local)
	if err != nil {
		return err
	}
	defer source.Close()
	return write(client, source, remote)
}

func write(client *sftp.Client, source io.Reader, remote string) error {
	target, err := client.Create(remote)
	if err != nil {
		return fmt.Errorf("creating %s: %w", remote, err)
	}
	if _, err := target.ReadFrom(source); err != nil {
		target.Close()
		return fmt.Errorf("writing %s: %w", remote, err)
	}
	return target.Close() // the server may report a full disk only here
}
