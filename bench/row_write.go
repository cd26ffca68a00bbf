package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// writeMinutes is how many minutes of each series row write sends.
const writeMinutes = 40

// measureWrite has a server take the same data in each protocol, plain and
// gzip, and counts its CPU until it has ended cleanly: the sealing that it had
// postponed is in the figure.
func measureWrite(ctx context.Context, b *bench) (out []figure, err error) {
	for _, d := range dialects() {
		for _, gzip := range []bool{false, true} {
			f, err := b.write(ctx, d, gzip)
			if err != nil {
				return nil, err
			}
			out = append(out, f)
		}
	}
	return out, nil
}

func (b *bench) write(ctx context.Context, d dialect, gzip bool) (figure, error) {
	name := d.name
	if gzip {
		name += ", gzip"
	}
	w := newWorkload(b.series, writeMinutes)
	b.progress("write: %d samples, %s", w.samples(), name)
	dir := filepath.Join(b.dir, "write-"+strings.ReplaceAll(name, ", ", "-"))
	defer func() { _ = os.RemoveAll(dir) }() // all is removed at the end, too
	srv, err := b.start(dir)
	if err != nil {
		return figure{}, err
	}
	defer srv.kill()
	s := newSender(w, srv.url, d, gzip)
	defer s.close()
	if err := s.send(ctx, 0, 1); err != nil { // makes the series
		return figure{}, err
	}
	f, err := b.writeOn(ctx, srv, s, name)
	if err != nil {
		return figure{}, err
	}
	return f, b.reread(ctx, dir, w)
}

// writeOn measures the minutes after the first, to the end of the server.
func (b *bench) writeOn(ctx context.Context, srv *server, s *sender, name string) (figure, error) {
	before, err := srv.cpu()
	if err != nil {
		return figure{}, err
	}
	profiled := b.profileCPU(ctx, srv, "write-"+name)
	begin := time.Now()
	if err := s.send(ctx, 1, s.minutes); err != nil {
		return figure{}, err
	}
	took := time.Since(begin)
	if err := <-profiled; err != nil {
		return figure{}, err
	}
	if err := srv.settled(ctx); err != nil {
		return figure{}, err
	}
	quiet, err := srv.cpu()
	if err != nil {
		return figure{}, err
	}
	end, err := srv.stop()
	if err != nil {
		return figure{}, err
	}
	millions := float64(s.samples()-s.series) / 1e6
	bytes, slowest := s.sent()
	return value("CPU-seconds per million samples, "+name, (end.cpu-before).Seconds()/millions, "CPU-s", s.dialect.goal,
		fmt.Sprintf("%s of it before the clean stop; %s samples/s on the wall with the generator beside it, slowest request %s ms, %d B a sample on the wire",
			number((quiet-before).Seconds()/millions), number(millions*1e6/took.Seconds()), number(slowest.Seconds()*1e3), bytes/int64(s.samples()))), nil
}

// reread starts the server again on what was written and checks some of it.
func (b *bench) reread(ctx context.Context, dir string, w workload) error {
	srv, err := b.start(dir)
	if err != nil {
		return err
	}
	defer srv.kill()
	return verify(ctx, srv, w, 20, w.minutes)
}
