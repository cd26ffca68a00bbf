package main

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
)

func TestReadEvents(t *testing.T) {
	t.Parallel()
	const stream = ": hello\n\nevent: open\ndata: {}\n\nid: 7\ndata:a\ndata: b\n\nevent: alone\n\ndata: cut"
	var got []string
	alive := 0
	err := readEvents(strings.NewReader(stream), func() { alive++ }, func(kind string, data []byte) error {
		got = append(got, kind+"="+string(data))
		return nil
	})
	if !errors.Is(err, io.ErrUnexpectedEOF) || alive != 12 {
		t.Errorf("%v after %d lines", err, alive)
	}
	if diff := cmp.Diff([]string{"open={}", "=a\nb"}, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	enough := errors.New("enough")
	if err := readEvents(strings.NewReader("data: a\n\n"), func() {}, func(string, []byte) error { return enough }); !errors.Is(err, enough) {
		t.Error(err)
	}
}

func TestEventLine(t *testing.T) {
	t.Parallel()
	told := func(source, detail string) []byte {
		return []byte(`{"Event":{"id":"i","source":"` + source + `","detail-type":"x","time":"2026-05-20T12:00:00Z","detail":` + detail + `},"Rules":["a","b"]}`)
	}
	for _, c := range []struct {
		source, detail string
		full           bool
		want           string
	}{
		{"shop", `{"n":1.50}`, false, "2026-05-20T12:00:00Z  shop  x  i  [a, b]  {\"n\":1.50}\n"},
		{"shop", `{"n":[1]}`, true, "2026-05-20T12:00:00Z  shop  x  i  [a, b]\n  {\n    \"n\": [\n      1\n    ]\n  }\n"},
		{`\u001b[2J\n`, "{\"a\":\"\u009b\"}", false, "2026-05-20T12:00:00Z  �[2J�  x  i  [a, b]  {\"a\":\"�\"}\n"},
		{"shop", `{"a":"` + strings.Repeat("é", 200) + `"}`, false, "2026-05-20T12:00:00Z  shop  x  i  [a, b]  {\"a\":\"" + strings.Repeat("é", 114) + "…\n"},
	} {
		got, err := eventLine(told(c.source, c.detail), c.full)
		if err != nil {
			t.Error(err)
		}
		if diff := cmp.Diff(c.want, string(got)); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
	}
	if _, err := eventLine([]byte(`{"Event":[]}`), false); err == nil {
		t.Error("an event that is none is shown")
	}
}

// FuzzEventLine holds that nothing reaches a terminal but lines of printable
// characters.
func FuzzEventLine(f *testing.F) {
	f.Add([]byte(`{"Event":{"source":"\u001b","detail":{"a":[1,{}]}},"Rules":["\u0007"]}`), true)
	f.Add([]byte(`{"Event":null}`), false)
	f.Fuzz(func(t *testing.T, data []byte, full bool) {
		line, err := eventLine(data, full)
		if err != nil {
			return
		}
		if !bytes.HasSuffix(line, []byte("\n")) || bytes.ContainsFunc(line, func(r rune) bool { return r != '\n' && !unicode.IsPrint(r) }) {
			t.Errorf("%q", line)
		}
		if !full && bytes.Count(line, []byte("\n")) != 1 {
			t.Errorf("%q is not one line", line)
		}
	})
}

// FuzzReadEvents holds that any stream ends with an error and that what is
// heard is of bounded size.
func FuzzReadEvents(f *testing.F) {
	f.Add([]byte("event: a\ndata: b\n\n:c\n\r\n\ndata"))
	f.Fuzz(func(t *testing.T, stream []byte) {
		err := readEvents(bytes.NewReader(stream), func() {}, func(_ string, data []byte) error {
			if len(data) > len(stream) {
				t.Errorf("%d bytes of %d", len(data), len(stream))
			}
			return nil
		})
		if err == nil {
			t.Error("no end")
		}
	})
}
