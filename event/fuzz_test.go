package event_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"skywatch/event"
)

// The one pass takes what encoding/json takes, and makes of it what that makes.
func FuzzAppendCompact(f *testing.F) {
	for _, s := range []string{
		`{}`, ` { "a" : [ 1 , -0.5e+7 , true , false , null , "x\u00e9\n\"" ] , "b" : { } } `, `[`, `{"a"}`, `{"a":1,}`, `[1,]`, `[,1]`, `{,}`,
		`01`, `-`, `1.`, `1e`, `.5`, `+1`, `tru`, `nul`, `"\x"`, `"\u12g4"`, `"\u12"`, "\"\x01\"", "\"\xff\"", `1 2`, `[1 2]`, `{"a":1 "b":2}`, `]`, `[}`, ``, ` `,
		`{"a":{"b":[[],[{}]]}}`, "\"\u2028<>&\"", "[\x00]", "\ufeff{}", strings.Repeat("[", 101) + strings.Repeat("]", 101),
	} {
		f.Add(s, uint8(100))
	}
	f.Fuzz(func(t *testing.T, s string, most uint8) {
		depth := int(most)
		got, ok := event.AppendCompact([]byte("kept"), s, depth)
		want := bytes.NewBufferString("kept")
		wantOK := json.Compact(want, []byte(s)) == nil && depthOf(s) <= depth
		if ok != wantOK || ok && !bytes.Equal(got, want.Bytes()) {
			t.Errorf("%q to a depth of %d: %v %q, want %v %q", s, depth, ok, got, wantOK, want)
		}
	})
}

// depthOf is how deep a JSON text nests; of what is not JSON it is something.
func depthOf(s string) (most int) {
	dec := json.NewDecoder(strings.NewReader(s))
	for depth := 0; ; {
		token, err := dec.Token()
		if err != nil {
			return most
		}
		switch token {
		case json.Delim('{'), json.Delim('['):
			depth++
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
		most = max(most, depth)
	}
}

// The envelope is what encoding/json makes of it.
func FuzzEnvelope(f *testing.F) {
	f.Add("id", "a type", "aws.ec2", "123456789012", "us-east-1", "arn:a", "replay", `{"a": 1}`, int64(1_779_275_045))
	f.Add("", "\"\\\n\x7f", "é\xff\u2028", "<&>", "\x00", "", "", ` `, int64(-1<<40))
	f.Fuzz(func(t *testing.T, id, detailType, source, account, region, resource, replay, detail string, at int64) {
		e := event.Event{
			ID: id, Source: source, DetailType: detailType, Account: account, Region: region, Time: time.Unix(at, 0),
			Resources: strings.Split(resource, ","), Detail: json.RawMessage(detail), ReplayName: replay,
		}
		if resource == "" {
			e.Resources = nil
		}
		if detail == "" {
			e.Detail = nil
		}
		got, err := e.Envelope()
		want, wantErr := slowEnvelope(&e)
		if (err == nil) != (wantErr == nil) || !bytes.Equal(got, want) {
			t.Errorf("%s %v, want %s %v", got, err, want, wantErr)
		}
	})
}

func slowEnvelope(e *event.Event) ([]byte, error) {
	resources := e.Resources
	if resources == nil {
		resources = []string{}
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(struct {
		Version    string          `json:"version"`
		ID         string          `json:"id"`
		DetailType string          `json:"detail-type"`
		Source     string          `json:"source"`
		Account    string          `json:"account"`
		Time       string          `json:"time"`
		Region     string          `json:"region"`
		Resources  []string        `json:"resources"`
		Detail     json.RawMessage `json:"detail"`
		ReplayName string          `json:"replay-name,omitempty"`
	}{
		"0", e.ID, e.DetailType, e.Source, e.Account, e.Time.UTC().Format(time.RFC3339), e.Region, resources, e.Detail, e.ReplayName,
	})
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

func TestDeepDetail(t *testing.T) {
	t.Parallel()
	for n, ok := range map[int]bool{9998: true, 12_000: false} {
		e := event.Event{Detail: json.RawMessage(strings.Repeat("[", n) + strings.Repeat("]", n))}
		_, err := e.Envelope()
		if _, slow := slowEnvelope(&e); ok != (err == nil) || ok != (slow == nil) {
			t.Errorf("depth %d: %v, encoding/json %v", n, err, slow)
		}
	}
}

func BenchmarkAppendCompact(b *testing.B) {
	text := `{"a":"` + strings.Repeat("x", 300) + `","list":[1,2,3.5,{"b":true}],"n":` + strings.Repeat("1", 300) + `}`
	b.SetBytes(int64(len(text)))
	dst := make([]byte, 0, len(text))
	for range b.N {
		if _, ok := event.AppendCompact(dst, text, 100); !ok {
			b.Fatal("refused")
		}
	}
}
