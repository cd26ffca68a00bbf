package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
)

// maxEventBytes bounds a line of a stream: an event has 1 MiB at most.
const maxEventBytes = 8 << 20

// readEvents reads server-sent events (WHATWG HTML, "Server-sent events") until
// the stream ends or hear returns an error. It calls alive for each line. What
// hear gets is valid until it returns.
func readEvents(r io.Reader, alive func(), hear func(kind string, data []byte) error) error {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxEventBytes)
	kind, data := "", []byte(nil)
	for lines.Scan() {
		alive()
		line := lines.Bytes()
		if len(line) == 0 {
			if data != nil {
				if err := hear(kind, bytes.TrimSuffix(data, []byte("\n"))); err != nil {
					return err
				}
			}
			kind, data = "", nil
			continue
		}
		field, value, _ := bytes.Cut(line, []byte(":"))
		value = bytes.TrimPrefix(value, []byte(" "))
		switch string(field) { // a comment's is empty
		case "event":
			kind = string(value)
		case "data":
			data = append(append(data, value...), '\n')
		}
		if len(data) > maxEventBytes {
			return fmt.Errorf("an event of more than %d bytes", maxEventBytes)
		}
	}
	if err := lines.Err(); err != nil {
		return err
	}
	return io.ErrUnexpectedEOF
}
