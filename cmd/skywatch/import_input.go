package main

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"time"

	"github.com/klauspost/compress/gzip"
)

// stdin is the name of standard input on the command line.
const stdin = "-"

// lineError is a line that is no datum, or that the server refused. Reading
// can go on behind it.
type lineError struct {
	line int // from 1
	err  error
}

func (e *lineError) Error() string { return fmt.Sprintf("line %d: %v", e.line, e.err) }
func (e *lineError) Unwrap() error { return e.err }

// rowReader reads the rows of one format.
type rowReader interface {
	// next returns the next row and its line, from 1; an error is io.EOF, a
	// *lineError, or one that reading cannot go on after.
	next() (int, datum, error)
	// skip passes over the next row, whatever is in it.
	skip() error
	// offset is how many bytes next and skip have passed.
	offset() int64
}

// input is a file that is read, row by row.
type input struct {
	name  string
	file  io.Closer
	size  *counter // bytes of the file
	text  *prefix  // what is in it, unpacked
	rows  rowReader
	last  int // line of the last row that was read
	shift time.Duration
	now   time.Time
}

func (im *importing) openInput(name string) (*input, error) {
	file, err := im.openFile(name)
	if err != nil {
		return nil, err
	}
	in := &input{name: name, file: file, size: &counter{r: file}, shift: im.shift, now: im.started}
	if err := in.openRows(im.cmd); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", name, err), file.Close())
	}
	return in, nil
}

func (im *importing) openFile(name string) (io.ReadCloser, error) {
	if name == stdin {
		return io.NopCloser(im.out.in), nil
	}
	return os.Open(name)
}

func (in *input) openRows(c *importCmd) error {
	packed := bufio.NewReaderSize(in.size, 64<<10)
	text := io.Reader(packed)
	if head, err := packed.Peek(2); err == nil && head[0] == 0x1f && head[1] == 0x8b { // gzip, RFC 1952
		if text, err = gzip.NewReader(packed); err != nil {
			return err
		}
	}
	in.text = &prefix{r: text, hash: sha256.New()}
	format, err := c.formatOf(in.name)
	if err != nil {
		return err
	}
	if format == "csv" {
		in.rows, err = newCSVReader(in.text, &c.importOptions)
	} else {
		in.rows = newJSONLReader(in.text, &c.importOptions)
	}
	return err
}

func (in *input) close() { _ = in.file.Close() } // only read

// readBytes is how much of the file itself has been read.
func (in *input) readBytes() int64 { return in.size.n }

// next returns the next row, its time moved, and its line.
func (in *input) next() (int, datum, error) {
	line, d, err := in.rows.next()
	if line > 0 {
		in.last = line
	}
	if err != nil {
		return line, d, err
	}
	d.Timestamp = d.Timestamp.Add(in.shift).UTC()
	if err := checkAge(d.Timestamp, in.now); err != nil {
		return line, d, &lineError{line, err}
	}
	return line, d, nil
}

// skipTo passes over what has been imported, and makes sure that it is that.
func (in *input) skipTo(at *fileState) error {
	for at.Bytes > 0 && in.rows.offset() < at.Bytes {
		err := in.rows.skip()
		in.text.consume(min(in.rows.offset(), at.Bytes))
		if errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return fmt.Errorf("%s: %w", in.name, err)
		}
	}
	in.last = at.Line
	if at.Bytes > 0 && (in.rows.offset() != at.Bytes || in.text.sum() != at.SHA256) {
		return fmt.Errorf("%s: the lines that an earlier run imported have changed, so the import cannot go on: --restart begins anew (and counts them again)", in.name)
	}
	return nil
}

// counter counts what is read.
type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

// prefix hashes the part of a text that its reader has consumed, which is less
// than what it has read.
type prefix struct {
	r        io.Reader
	ahead    bytes.Buffer // read and not consumed
	hash     hash.Hash
	consumed int64
}

func (p *prefix) Read(b []byte) (int, error) {
	n, err := p.r.Read(b)
	p.ahead.Write(b[:n])
	return n, err
}

// consume moves the end of the prefix to an offset of the text.
func (p *prefix) consume(to int64) {
	p.hash.Write(p.ahead.Next(int(to - p.consumed)))
	p.consumed = to
}

func (p *prefix) sum() string { return hex.EncodeToString(p.hash.Sum(nil)) }
