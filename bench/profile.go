package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
)

// profileSeconds is how long a profile is; less than a run takes.
const profileSeconds = 3

// profileCPU takes a CPU profile of the server while it works, if one is asked
// for. The channel gives its outcome.
func (b *bench) profileCPU(ctx context.Context, srv *server, name string) <-chan error {
	done := make(chan error, 1)
	if b.profile == "" {
		done <- nil
		return done
	}
	go func() {
		file := filepath.Join(b.profile, strings.ReplaceAll(strings.ReplaceAll(name, ",", ""), " ", "-")+".pprof")
		done <- fetch(ctx, fmt.Sprintf("%sprofile?seconds=%d", srv.debug, profileSeconds), file)
	}()
	return done
}

// fetch puts what a URL answers into a file.
func fetch(ctx context.Context, url, file string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	b, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("GET %s: %s", url, resp.Status)
	}
	if err != nil || file == "" {
		return err
	}
	return os.WriteFile(file, b, 0o644)
}
