package emf

import (
	"bufio"
	"bytes"
	"errors"
)

var errLongLine = errors.New("a line is longer than a document may be")

// readLine reads up to the next end of a line, which is left out, or up to the end
// of what there is, and at most MaxDocument bytes. The line is good until the next.
func readLine(r *bufio.Reader, buffer *bytes.Buffer) (line []byte, err error) {
	buffer.Reset()
	for {
		part, err := r.ReadSlice('\n')
		if buffer.Len()+len(part) > MaxDocument+1 {
			return nil, errLongLine
		}
		if err == nil && buffer.Len() == 0 {
			return bytes.TrimSuffix(part, []byte("\n")), nil
		}
		buffer.Write(part)
		if !errors.Is(err, bufio.ErrBufferFull) {
			return bytes.TrimSuffix(buffer.Bytes(), []byte("\n")), err
		}
	}
}

// more reports whether another line can be read without waiting.
func more(r *bufio.Reader) bool {
	waiting, _ := r.Peek(r.Buffered())
	return bytes.IndexByte(waiting, '\n') >= 0
}
