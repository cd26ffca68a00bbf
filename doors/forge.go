package doors

import (
	"encoding/json"
	"mime"
	"net/http"
	"net/url"
	"sort"
	"time"
	"unicode/utf8"

	"skywatch/internal/fault"
	"skywatch/rules"
)

// Kind is what sends webhooks.
type Kind string

// The kinds.
const (
	GitHub         Kind = "github"
	GitLab         Kind = "gitlab"
	Gitea          Kind = "gitea"
	Forgejo        Kind = "forgejo"
	Bitbucket      Kind = "bitbucket"
	CloudEventKind Kind = "cloudevents" // any sender of CloudEvents with a token
)

// deliveryWindow is how long a delivery of a forge is known by its id.
const deliveryWindow = 24 * time.Hour

// habits are how a kind of sender does things. Of headers the first that is
// there counts.
type habits struct {
	proof proof
	event []string // headers with the kind of event
	// delivery are headers with the delivery's id, the same when it is sent again.
	delivery []string
	// form says that the payload may come as a field of a form.
	form bool
}

func habitsOf(k Kind) (habits, bool) {
	h, ok := map[Kind]habits{
		// GitHub: "Webhook events and payloads", "Validating webhook deliveries".
		GitHub: {hexHMAC("sha256=", "X-Hub-Signature-256"), []string{"X-Github-Event"}, []string{"X-Github-Delivery"}, true},
		// GitLab: "Webhooks"; the signature and its id are of newer versions.
		GitLab: {gitLab, []string{"X-Gitlab-Event"}, []string{"Webhook-Id", "Idempotency-Key"}, false},
		// Gitea and Forgejo: "Webhooks".
		Gitea: {hexHMAC("", "X-Gitea-Signature"), []string{"X-Gitea-Event"}, []string{"X-Gitea-Delivery"}, false},
		Forgejo: {
			hexHMAC("", "X-Forgejo-Signature", "X-Gitea-Signature"),
			[]string{"X-Forgejo-Event", "X-Gitea-Event"},
			[]string{"X-Forgejo-Delivery", "X-Gitea-Delivery"},
			false,
		},
		// Bitbucket Cloud has X-Request-UUID, Data Center X-Request-Id.
		Bitbucket:      {hexHMAC("sha256=", "X-Hub-Signature"), []string{"X-Event-Key"}, []string{"X-Request-Uuid", "X-Request-Id"}, false},
		CloudEventKind: {proof: bearer},
	}[k]
	return h, ok
}

func (k Kind) known() bool {
	_, ok := habitsOf(k)
	return ok
}

func kindNames() []string {
	names := []string{string(GitHub), string(GitLab), string(Gitea), string(Forgejo), string(Bitbucket), string(CloudEventKind)}
	sort.Strings(names)
	return names
}

// read turns a forge's request into an event: its source is the configured one,
// its detail-type the forge's name of the event, its detail the payload.
func (b *habits) read(source string, h http.Header, body []byte) (arrival, error) {
	detailType := first(h, b.event)
	if detailType == "" {
		return arrival{}, fault.New(fault.Missing, "The header %s is missing.", b.event[0])
	}
	if !utf8.ValidString(detailType) {
		return arrival{}, fault.New(fault.InvalidValue, "The header %s is not UTF-8.", b.event[0])
	}
	payload, err := b.payload(h, body)
	if err != nil {
		return arrival{}, err
	}
	return arrival{
		Entry: rules.Entry{Source: source, DetailType: detailType, Detail: string(payload)},
		key:   first(h, b.delivery),
	}, nil
}

func (b *habits) payload(h http.Header, body []byte) ([]byte, error) {
	mediaType, _, _ := mime.ParseMediaType(h.Get("Content-Type"))
	switch {
	case mediaType == "application/json" || mediaType == "":
	case b.form && mediaType == "application/x-www-form-urlencoded":
		form, err := url.ParseQuery(string(body))
		if err != nil {
			return nil, fault.New(fault.Malformed, "The body is not a form.")
		}
		body = []byte(form.Get("payload"))
	default:
		return nil, wrongForm("The Content-Type %.64q is not read: have the webhook send application/json.", mediaType)
	}
	if !utf8.Valid(body) {
		return nil, fault.New(fault.Malformed, "The payload is not UTF-8, as JSON must be.")
	}
	var object map[string]json.RawMessage
	if json.Unmarshal(body, &object) != nil || object == nil {
		return nil, fault.New(fault.Malformed, "The payload is not a JSON object.")
	}
	return body, nil
}

func first(h http.Header, names []string) string {
	for _, n := range names {
		if v := h.Get(n); v != "" {
			return v
		}
	}
	return ""
}
