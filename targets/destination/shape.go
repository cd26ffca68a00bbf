package destination

import (
	"skywatch/targets"
	"skywatch/targets/destination/template"
)

// shaped are a delivery's body and what goes with it.
type shaped struct {
	body        string
	contentType string   // empty: the default
	path        []string // of the endpoint, where the delivery gives none
}

// shape gives a delivery the form of the destination's template, if there is one
// and the cause has not chosen the form itself.
func (t *storedTemplate) shape(d *targets.Delivery) (shaped, error) {
	if t == nil {
		return shaped{body: d.Message}, nil
	}
	if d.Shaped {
		return shaped{body: d.Message, path: t.Path}, nil
	}
	made, err := template.Compile(t.spec())
	if err != nil {
		return shaped{}, err
	}
	n := noticeOf(d)
	body, err := made.Render(&n)
	return shaped{string(body), made.ContentType, t.Path}, err
}
