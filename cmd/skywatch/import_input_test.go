package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

func TestPrefix(t *testing.T) {
	t.Parallel()
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	text := bytes.Repeat([]byte("some text\n"), 1000)
	p := &prefix{r: bytes.NewReader(text), hash: sha256.New()}
	read := 0
	for b := make([]byte, 100); ; {
		n, err := p.Read(b[:1+random.IntN(99)])
		if err == io.EOF {
			break
		}
		read += n
		p.consume(p.consumed + random.Int64N(int64(read)-p.consumed+1))
		want := sha256.Sum256(text[:p.consumed])
		if p.sum() != hex.EncodeToString(want[:]) {
			t.Fatalf("wrong sum of %d bytes", p.consumed)
		}
	}
	if read != len(text) {
		t.Errorf("%d bytes read, want %d", read, len(text))
	}
}

func TestCSVForms(t *testing.T) {
	t.Parallel()
	const now = "2026-11-25T08:30:00Z"
	for name, c := range map[string]struct{ text, want string }{
		"byte order mark":          {"\ufefftimestamp,value\n" + now + ",1\n", "2:1"},
		"carriage returns":         {"timestamp,value\r\n" + now + ",1\r\n", "2:1"},
		"blank lines":              {"timestamp,value\n\n" + now + ",1\n\n" + now + ",2", "3:1 5:2"},
		"quoted line ends":         {"timestamp,value,note\n" + now + ",1,\"a\nb\"\n" + now + ",2,\n", "2:1 4:2"},
		"blanks around":            {"timestamp,value\n " + now + " , 1 \n", "2:1"},
		"too few columns":          {"timestamp,value\n" + now + "\n" + now + ",2\n", "2! 3:2"},
		"a quote in the middle":    {"timestamp,value\n" + now + ",1\"\n" + now + ",2\n", "2! 3:2"},
		"not a number":             {"timestamp,value\n" + now + ",NaN\n" + now + ",-Inf\n" + now + ",\n", "2! 3! 4!"},
		"not a time":               {"timestamp,value\nyesterday,1\n", "2!"},
		"no rows":                  {"timestamp,value\n", ""},
		"other order of columns":   {"value,timestamp\n7," + now + "\n", "2:7"},
		"exponents and signs":      {"timestamp,value\n" + now + ",-1.5e3\n" + now + ",+2\n", "2:-1500 3:2"},
		"a value that is too big":  {"timestamp,value\n" + now + ",1e999\n", "2!"},
		"quoted cells":             {"\"timestamp\",\"value\"\n\"" + now + "\",\"3\"\n", "2:3"},
		"a quote that never ends":  {"timestamp,value\n" + now + ",\"1\n" + now + ",2\n", "3!"},
		"no newline at the end":    {"timestamp,value\n" + now + ",4", "2:4"},
		"header in quotes and BOM": {"\ufefftimestamp,\"value\"\n" + now + ",4", "2:4"},
	} {
		r, err := newCSVReader(iotest.OneByteReader(strings.NewReader(c.text)), &importOptions{TimeColumn: "timestamp", ValueColumn: "value"})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got, _ := readAll(r); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestJSONLForms(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ text, want string }{
		"times":           {`{"Timestamp":1795595400,"Value":1}` + "\n" + `{"Timestamp":1795595400123,"Value":2}` + "\n" + `{"Timestamp":"1795595400","Value":3}`, "1:1 2:2 3:3"},
		"blank lines":     {"\n\n" + `{"Timestamp":0,"Value":1}` + "\r\n \n", "3:1"},
		"no timestamp":    {`{"Value":1}`, "1!"},
		"null timestamp":  {`{"Timestamp":null,"Value":1}`, "1!"},
		"unknown member":  {`{"Timestamp":0,"Valeu":1}`, "1!"},
		"two in a line":   {`{"Timestamp":0,"Value":1} {"Timestamp":0,"Value":2}`, "1!"},
		"not an object":   {"[1]\n1\nx\n", "1! 2! 3!"},
		"twice the same":  {`{"Timestamp":0,"Value":1,"Dimensions":[{"Name":"a","Value":"b"},{"Name":"a","Value":"c"}]}`, "1!"},
		"unknown in list": {`{"Timestamp":0,"Value":1,"Dimensions":[{"Name":"a","Worth":"b"}]}`, "1!"},
		"other dimension": {`{"Timestamp":0,"Value":1,"Dimensions":3}`, "1!"},
		"nothing":         {"", ""},
	} {
		if got, _ := readAll(newJSONLReader(iotest.OneByteReader(strings.NewReader(c.text)), &importOptions{})); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	r := newJSONLReader(strings.NewReader(strings.Repeat(" ", maxLineBytes+1)), &importOptions{})
	if _, _, err := r.next(); err == nil || !strings.Contains(err.Error(), "line 1 is longer than") {
		t.Errorf("an endless line: %v", err)
	}
}

// readAll returns line:value of the rows, line! of bad ones, and the offsets
// behind them.
func readAll(r rowReader) (string, []int64) {
	var out []string
	var offsets []int64
	for {
		line, d, err := r.next()
		var bad *lineError
		switch {
		case errors.As(err, &bad):
			out = append(out, itoa(line)+"!")
		case err != nil:
			return strings.Join(out, " "), offsets
		case d.Value != nil:
			out = append(out, itoa(line)+":"+ftoa(*d.Value))
		}
		offsets = append(offsets, r.offset())
	}
}

// FuzzResume holds that an import can go on behind each of its rows: passing
// over rows comes by the same offsets as reading them.
func FuzzResume(f *testing.F) {
	f.Add(false, "timestamp,value\n0,1\n\n0,\"2\"\n0,\"3\n")
	f.Add(false, "timestamp,value\r\n0,1,2\r\n0")
	f.Add(true, "{\"Timestamp\":0,\"Value\":1}\n\nx\n{}")
	f.Fuzz(func(t *testing.T, jsonl bool, text string) {
		open := func() rowReader {
			if jsonl {
				return newJSONLReader(strings.NewReader(text), &importOptions{})
			}
			r, err := newCSVReader(strings.NewReader(text), &importOptions{TimeColumn: "timestamp", ValueColumn: "value"})
			if err != nil {
				t.Skip(err)
			}
			return r
		}
		_, read := readAll(open())
		var passed []int64
		for r := open(); r.skip() == nil; {
			passed = append(passed, r.offset())
		}
		for _, at := range read {
			if at > int64(len(text)) || !slices.Contains(passed, at) {
				t.Errorf("a row ends at %d of %d, which skip does not come by: %d", at, len(text), passed)
			}
		}
	})
}
