package topic

import (
	"github.com/google/uuid"

	"skywatch/catalog"
	"skywatch/internal/fault"
	"skywatch/targets"
)

// prepare signs a message for the subscribers who get an envelope at once. A
// signature takes the time of many publishes, and transactions run one after
// the other: what it misses is signed within.
func (s *Service) prepare(n Name, m *Message) error {
	m.id, m.at = uuid.NewString(), s.now()
	version, protocols, err := s.enveloped(n)
	if err != nil || len(protocols) == 0 {
		return err
	}
	m.signatures = map[string]string{}
	for protocol := range protocols {
		d := targets.Delivery{Cause: n.ARN(), Subject: m.Subject, Message: m.text(protocol)}
		text := canonical(unsigned(&d, &note{Type: notification, MessageID: m.id, Time: m.at}, ""))
		if m.signatures[version+text], err = s.Signer.sign(version, text); err != nil {
			return err
		}
	}
	return nil
}

// enveloped returns the protocols of a topic's subscriptions for which an
// envelope is written within the publish, and the version of its signature.
func (s *Service) enveloped(n Name) (version string, protocols map[string]bool, err error) {
	protocols = map[string]bool{}
	err = s.Catalog.View(func(r catalog.Reader) error {
		t, err := getTopic(r, n)
		if fault.Is(err, fault.NotFound) {
			return nil // the publish says so
		}
		if err != nil {
			return err
		}
		version = t.signatureVersion()
		return each(r, n, func(sub *Subscription) error {
			if !sub.Pending && !sub.Raw && (sub.atHome() || sub.RedrivePolicy != "") {
				protocols[sub.Protocol] = true
			}
			return nil
		})
	})
	return version, protocols, err
}
