package doors

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"skywatch/internal/fault"
)

const secret = "0123456789abcdef"

func hexOf(secret, body string) string {
	return hex.EncodeToString(sign([]byte(secret), []byte(body)))
}

func named(source string) SourceName { return SourceName{tenant, source} }

func (r *rig) source(name string, k Kind, secret string) (Source, string) {
	r.t.Helper()
	src, made, err := r.Create(r.t.Context(), Wish{SourceName: named(name), Kind: k, Secret: secret})
	if err != nil {
		r.t.Fatal(err)
	}
	return src, made
}

// Each forge's signed webhook is an event; the same delivery again is not a
// second one, and one that is not signed well is none.
func TestForges(t *testing.T) {
	t.Parallel()
	const payload = `{"ref": "refs/heads/main", "n": 1.50}`
	form := url.Values{"payload": {payload}}.Encode()
	key := make([]byte, 32)
	whsec := standardPrefix + base64.StdEncoding.EncodeToString(key)
	noon := strconv.FormatInt(newRig(t).now.Unix(), 10)
	standardly := "v1," + base64.StdEncoding.EncodeToString(sign(key, []byte("d-1."+noon+"."), []byte(payload)))
	for name, c := range map[string]struct {
		kind         Kind
		secret, body string
		header       http.Header
		detailType   string
	}{
		"github": {GitHub, secret, payload, header("X-GitHub-Event", "push", "X-GitHub-Delivery", "d-1", "X-Hub-Signature-256", "sha256="+hexOf(secret, payload), "Content-Type", "application/json"), "push"},
		"github form": {
			GitHub, secret, form,
			header("X-GitHub-Event", "push", "X-GitHub-Delivery", "d-1", "X-Hub-Signature-256", "sha256="+hexOf(secret, form), "Content-Type", "application/x-www-form-urlencoded"), "push",
		},
		"gitlab":        {GitLab, secret, payload, header("X-Gitlab-Event", "Push Hook", "Idempotency-Key", "d-1", "X-Gitlab-Token", secret, "Content-Type", "application/json"), "Push Hook"},
		"gitlab signed": {GitLab, whsec, payload, header("X-Gitlab-Event", "Push Hook", "webhook-id", "d-1", "webhook-timestamp", noon, "webhook-signature", "v1,AAAA "+standardly), "Push Hook"},
		"gitea":         {Gitea, secret, payload, header("X-Gitea-Event", "push", "X-Gitea-Delivery", "d-1", "X-Gitea-Signature", hexOf(secret, payload)), "push"},
		"forgejo":       {Forgejo, secret, payload, header("X-Forgejo-Event", "push", "X-Forgejo-Delivery", "d-1", "X-Forgejo-Signature", hexOf(secret, payload)), "push"},
		"old forgejo":   {Forgejo, secret, payload, header("X-Gitea-Event", "push", "X-Gitea-Delivery", "d-1", "X-Gitea-Signature", hexOf(secret, payload)), "push"},
		"bitbucket":     {Bitbucket, secret, payload, header("X-Event-Key", "repo:push", "X-Request-UUID", "d-1", "X-Hub-Signature", "sha256="+hexOf(secret, payload)), "repo:push"},
	} {
		r := newRig(t)
		r.source("s", c.kind, c.secret)
		got, err := r.Receive(t.Context(), named("s"), c.header, []byte(c.body))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if e := r.took(); len(e) != 1 || e[0].Source != string(c.kind) || e[0].DetailType != c.detailType || string(e[0].Detail) != `{"ref":"refs/heads/main","n":1.50}` {
			t.Errorf("%s: %+v", name, e)
		}
		again, err := r.Receive(t.Context(), named("s"), c.header, []byte(c.body))
		if err != nil || len(r.took()) != 0 || !again[0].Repeated || again[0].EventID != got[0].EventID {
			t.Errorf("%s again: %+v %v", name, again, err)
		}
		for what, change := range map[string]func(http.Header) string{
			"another body": func(http.Header) string { return c.body + " " },
			"no signature": func(h http.Header) string {
				for name := range h {
					if strings.Contains(name, "Signature") || strings.Contains(name, "Token") {
						h.Del(name)
					}
				}
				return c.body
			},
		} {
			if what == "another body" && name == "gitlab" {
				continue // a token is the same for every body
			}
			h := c.header.Clone()
			_, err := r.Receive(t.Context(), named("s"), h, []byte(change(h)))
			refuses(t, name+" with "+what, err, fault.Denied, "signature of source s")
		}
		if n := len(r.took()); n != 0 {
			t.Errorf("%s: %d events more", name, n)
		}
	}
}

// A signature with a time is refused when it is old, a delivery id is not known
// beyond its window.
func TestForgeTimes(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	_, whsec := r.source("gl", GitLab, "")
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(whsec, standardPrefix))
	if err != nil || len(key) != 32 {
		t.Fatalf("made %q: %v", whsec, err)
	}
	for after, good := range map[time.Duration]bool{0: true, -signatureAge: true, signatureAge: true, signatureAge + time.Second: false, -time.Hour: false} {
		at := strconv.FormatInt(r.now.Add(after).Unix(), 10)
		h := header("X-Gitlab-Event", "e", "webhook-id", at, "webhook-timestamp", at,
			"webhook-signature", "v1,"+base64.StdEncoding.EncodeToString(sign(key, []byte(at+"."+at+".{}"))))
		if _, err := r.Receive(t.Context(), named("gl"), h, []byte("{}")); (err == nil) != good {
			t.Errorf("%s: %v", after, err)
		}
	}
	r.source("gh", GitHub, secret)
	h := header("X-GitHub-Event", "ping", "X-GitHub-Delivery", "1", "X-Hub-Signature-256", "sha256="+hexOf(secret, "{}"))
	for _, repeated := range []bool{false, true} {
		if got, err := r.Receive(t.Context(), named("gh"), h, []byte("{}")); err != nil || got[0].Repeated != repeated {
			t.Errorf("%+v %v", got, err)
		}
	}
	r.now = r.now.Add(deliveryWindow)
	if got, err := r.Receive(t.Context(), named("gh"), h, []byte("{}")); err != nil || got[0].Repeated {
		t.Errorf("%+v %v", got, err)
	}
}

func TestForgeRefusals(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.source("gl", GitLab, secret)
	receive := func(body string, pairs ...string) error {
		_, err := r.Receive(t.Context(), named("gl"), header(append(pairs, "X-Gitlab-Token", secret)...), []byte(body))
		return err
	}
	refuses(t, "event", receive("{}"), fault.Missing, "X-Gitlab-Event")
	refuses(t, "header", receive("{}", "X-Gitlab-Event", "\xff"), fault.InvalidValue, "UTF-8")
	refuses(t, "letters", receive("{\"a\":\"\xff\"}", "X-Gitlab-Event", "e"), fault.Malformed, "UTF-8")
	refuses(t, "list", receive("[]", "X-Gitlab-Event", "e"), fault.Malformed, "not a JSON object")
	refuses(t, "form", receive("payload={}", "X-Gitlab-Event", "e", "Content-Type", "application/x-www-form-urlencoded"), fault.Unsupported, "application/json")
	refuses(t, "large", receive(`{"a":"`+strings.Repeat("x", 1<<20)+`"}`, "X-Gitlab-Event", "e"), fault.TooLarge, "1048576")
	_, err := r.Receive(t.Context(), named("other"), http.Header{}, nil)
	refuses(t, "source", err, fault.NotFound, "Source other does not exist.")
}

// Any sender of CloudEvents with the source's token may send.
func TestCloudEventSource(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	_, token := r.source("ce", CloudEventKind, "")
	body := []byte(`{"specversion":"1.0","id":"1","source":"s","type":"t"}`)
	h := header("Content-Type", structured, "Authorization", "Bearer "+token)
	if got, err := r.Receive(t.Context(), named("ce"), h, body); err != nil || len(got) != 1 {
		t.Errorf("%v %v", got, err)
	}
	for _, authorization := range []string{"", "Bearer", "Bearer " + token + "x", "Basic " + token, token} {
		h.Set("Authorization", authorization)
		_, err := r.Receive(t.Context(), named("ce"), h, body)
		refuses(t, authorization, err, fault.Denied, "signature of source ce")
	}
}

func TestSources(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	src, made := r.source("a", GitHub, "")
	if src.EventSource != "github" || src.Bus != "default" || len(made) < 40 || strings.HasSuffix(string(src.Sealed), "\x00"+secret) {
		t.Errorf("%+v %q", src, made)
	}
	for name, c := range map[string]struct {
		wish Wish
		kind fault.Kind
		text string
	}{
		"name":     {Wish{SourceName: named("a/b"), Kind: GitHub}, fault.InvalidValue, "Name"},
		"kind":     {Wish{SourceName: named("b"), Kind: "svn"}, fault.InvalidValue, "bitbucket, cloudevents, forgejo, gitea, github, gitlab"},
		"bus":      {Wish{SourceName: named("b"), Kind: GitHub, Bus: "gone"}, fault.NotFound, "Event bus gone does not exist."},
		"secret":   {Wish{SourceName: named("b"), Kind: GitHub, Secret: "short"}, fault.InvalidValue, "16 to 256"},
		"no key":   {Wish{SourceName: named("b"), Kind: GitLab, Secret: "whsec_!not-in-base64!"}, fault.InvalidValue, "Base64"},
		"reserved": {Wish{SourceName: named("b"), Kind: GitHub, EventSource: "aws.codecommit"}, fault.InvalidValue, "aws."},
		"twice":    {Wish{SourceName: named("a"), Kind: GitHub}, fault.Conflict, "already exists"},
		"their own": {
			Wish{SourceName: named("b"), Kind: CloudEventKind, EventSource: "x"}, fault.InvalidCombo, "EventSource",
		},
	} {
		_, _, err := r.Create(t.Context(), c.wish)
		refuses(t, name, err, c.kind, c.text)
	}
	r.source("b", Gitea, secret)
	all, err := r.Sources(tenant)
	if err != nil || len(all) != 2 || all[1].Source != "b" {
		t.Errorf("%+v %v", all, err)
	}
	if err := r.Delete(t.Context(), named("a")); err != nil {
		t.Fatal(err)
	}
	refuses(t, "deleted", r.Delete(t.Context(), named("a")), fault.NotFound, "Source a")
	// Another one of that name does not inherit the secret.
	next, _ := r.source("a", GitHub, "")
	next.Sealed = src.Sealed
	if _, err := r.secret(&next); err == nil {
		t.Error("a secret opens in another record")
	}
}

// FuzzForges holds that nothing breaks the readers of forges, and that what
// they take has a type and an object.
func FuzzForges(f *testing.F) {
	f.Add("github", "X-GitHub-Event", "application/json", `{"a":1}`)
	f.Add("github", "X-GitHub-Event", "application/x-www-form-urlencoded", `payload=%7B%7D`)
	f.Add("gitlab", "X-Gitlab-Event", "", `[]`)
	f.Add("bitbucket", "X-Event-Key", "text/xml", `<a/>`)
	f.Fuzz(func(t *testing.T, kind, event, contentType, body string) {
		do, ok := habitsOf(Kind(kind))
		if !ok || Kind(kind) == CloudEventKind {
			return
		}
		h := header(event, "e", "Content-Type", contentType, "Webhook-Signature", body, "X-Hub-Signature", body)
		do.proof(secret, h, []byte(body), time.Unix(0, 0))
		a, err := do.read("s", h, []byte(body))
		if err == nil && (a.DetailType != "e" || !strings.HasPrefix(strings.TrimSpace(a.Detail), "{") || !json.Valid([]byte(a.Detail))) {
			t.Fatalf("%+v of %q", a, body)
		}
	})
}
