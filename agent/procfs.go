package agent

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
)

// processes reads /proc/<pid>/stat of every process. One that ends meanwhile
// is not counted.
func (m machine) processes(ctx context.Context) (processes, error) {
	var p processes
	root, err := os.Open(m.procRoot)
	if err != nil {
		return p, err
	}
	defer root.Close()
	names, err := root.Readdirnames(-1)
	if err != nil {
		return p, err
	}
	buf := make([]byte, 0, 1024)
	for _, name := range names {
		if name[0] < '1' || name[0] > '9' {
			continue
		}
		if err := ctx.Err(); err != nil {
			return p, err
		}
		buf, err = readInto(buf, filepath.Join(m.procRoot, name, "stat"))
		if gone(err) {
			continue
		}
		if err != nil {
			return p, err
		}
		if err := p.count(buf); err != nil {
			return p, fmt.Errorf("process %s: %w", name, err)
		}
	}
	return p, nil
}

// gone reports whether err is that of a process which has ended: the file is
// no more, or was opened and has nobody behind it.
func gone(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ESRCH)
}

// readInto reads a file of at most a page into buf and returns the part read.
func readInto(buf []byte, path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return buf, err
	}
	defer f.Close()
	buf = buf[:cap(buf)]
	n, err := io.ReadFull(f, buf)
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		err = nil
	}
	return buf[:n], err
}

var errStat = errors.New("stat line is malformed")

// count adds one process from its stat line, proc_pid_stat(5): "pid (command)
// state ...", where the command may hold any byte. The number of threads is
// the 20th field, the state the third.
func (p *processes) count(stat []byte) error {
	end := bytes.LastIndexByte(stat, ')')
	fields := bytes.Fields(stat[end+1:])
	if end < 0 || len(fields) < 18 || len(fields[0]) != 1 {
		return errStat
	}
	threads, err := strconv.Atoi(string(fields[17]))
	if err != nil || threads < 0 {
		return errStat
	}
	p.total++
	p.threads += threads
	p.states[fields[0][0]]++
	return nil
}

// sockets reads the kernel's tables of TCP and UDP sockets.
func (m machine) sockets(context.Context) (sockets, error) {
	var s sockets
	for _, table := range []struct {
		name string
		add  func(state byte)
	}{
		{"tcp", s.addTCP}, {"tcp6", s.addTCP}, {"udp", s.addUDP}, {"udp6", s.addUDP},
	} {
		err := readSockets(filepath.Join(m.procRoot, "net", table.name), table.add)
		if err != nil && !errors.Is(err, fs.ErrNotExist) { // IPv6 may be off
			return s, fmt.Errorf("sockets %s: %w", table.name, err)
		}
	}
	return s, nil
}

func (s *sockets) addTCP(state byte) {
	if state >= numTCPStates {
		state = tcpNone
	}
	s.tcp[state]++
}

func (s *sockets) addUDP(byte) { s.udp++ }

func readSockets(path string, add func(state byte)) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	return parseSockets(f, add)
}

// parseSockets calls add with the state of each socket in a table of
// /proc/net: a heading, then lines of "slot: local remote state ...", with the
// state as two hexadecimal digits.
func parseSockets(r io.Reader, add func(state byte)) error {
	lines := bufio.NewScanner(r)
	lines.Scan() // heading
	for lines.Scan() {
		state, err := socketState(lines.Bytes())
		if err != nil {
			return err
		}
		add(state)
	}
	return lines.Err()
}

var errSocket = errors.New("socket line is malformed")

func socketState(line []byte) (byte, error) {
	var field []byte
	for range 4 {
		line = bytes.TrimLeft(line, " ")
		end := bytes.IndexByte(line, ' ')
		if end < 0 {
			return 0, errSocket
		}
		field, line = line[:end], line[end:]
	}
	state, err := strconv.ParseUint(string(field), 16, 8)
	if err != nil {
		return 0, errSocket
	}
	return byte(state), nil
}
