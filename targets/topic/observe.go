package topic

import (
	"encoding/json"
	"time"

	"skywatch/catalog"
	"skywatch/targets"
)

// Publication tells of a message that a topic took, once that is on disk.
type Publication struct {
	Name
	At   time.Time
	Size int // in bytes, with its attributes
	// Rejected has, for each subscription whose filter did not let it through, why.
	Rejected []Rejection
}

// Rejection is why a filter did not let a message through.
type Rejection uint8

// The reasons, by the scope of the filter.
const (
	ByAttributes      Rejection = iota // they do not match
	NoAttributes                       // the message has none
	InvalidAttributes                  // one is not what its type says
	ByBody                             // it does not match
	InvalidBody                        // it is no JSON object
)

// whyNot is why a subscription's filter rejects a message.
func (sub *Subscription) whyNot(m *Message) Rejection {
	if sub.scope() == ofBody {
		if isObject([]byte(m.text(sub.Protocol))) {
			return ByBody
		}
		return InvalidBody
	}
	if len(m.Attributes) == 0 {
		return NoAttributes
	}
	for _, a := range m.Attributes {
		if a.Type == "String.Array" && !json.Valid([]byte(a.String)) {
			return InvalidAttributes
		}
	}
	return ByAttributes
}

// observe tells of a message once tx is on disk.
func (s *Service) observe(tx *catalog.Tx, n Name, m *Message, rejected []Rejection) {
	if s.Observe == nil {
		return
	}
	p := Publication{Name: n, At: s.now(), Size: m.size(), Rejected: rejected}
	tx.After(func() { s.Observe(p) })
}

// NotificationOf returns the topic of a delivery of what was published to one,
// and whether it goes to an http endpoint. Requests to confirm and farewells are
// none.
func NotificationOf(d *targets.Delivery) (n Name, overHTTP, ok bool) {
	if d.Kind != DeliveryKind {
		return n, false, false
	}
	if d.Context != "" {
		var nt note
		if json.Unmarshal([]byte(d.Context), &nt) != nil || nt.Type != notification {
			return n, false, false
		}
		overHTTP = !byMail(nt.Protocol)
	}
	tenant, err := TenantOf(d.Cause)
	if err != nil {
		return n, false, false
	}
	return Name{Tenant: tenant, Topic: topicOf(d.Cause)}, overHTTP, true
}
