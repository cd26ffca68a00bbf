package targets

import (
	"fmt"
	"maps"
	"strconv"
	"strings"
	"unicode/utf8"

	"skywatch/catalog"
	"skywatch/internal/arn"
)

// longestErrorText bounds what of a target's error is passed on and kept.
const longestErrorText = 1024

// bury puts a delivery that is given up into its dead-letter queue, within the
// transaction that removes it. An error is a refusal: the caller undoes the
// transaction and drops the delivery instead, so that a broken queue does not
// have the target asked again and again.
func (e *Engine) bury(tx *catalog.Tx, o *Outcome) error {
	d := &o.Delivery
	fifo := strings.HasSuffix(d.DeadLetter, ".fifo")
	if KindOf(d.DeadLetter) != Queue || fifo && d.Group == "" {
		return refusal{fmt.Errorf("%s is not a standard queue", d.DeadLetter)}
	}
	queue, ok := e.target(d.DeadLetter)
	if !ok || queue.inside == nil && queue.outside == nil {
		return refusal{fmt.Errorf("nothing here carries to %s", d.DeadLetter)}
	}
	sent := d.numbered()
	letter := Delivery{
		ID: d.ID, Tenant: d.Tenant, Cause: d.Cause, Target: d.DeadLetter, Kind: d.Kind,
		Message: sent.original(), Attributes: o.letterAttributes(), Created: o.At,
	}
	if fifo {
		letter.Group, letter.Deduplication = d.Group, d.Deduplication
	}
	if queue.inside == nil {
		if err := e.post(tx, letter); err != nil {
			return err
		}
	} else if err := queue.inside(tx, letter); err != nil {
		return refusal{err}
	}
	o.Buried = true
	return nil
}

// LetterKind is the Delivery.Kind of a dead letter on its way to a queue
// elsewhere.
const LetterKind = "dead-letter"

// post sends a dead letter to a queue elsewhere: it is a delivery of its own, and
// as good as buried once it is in the outbox.
func (e *Engine) post(tx *catalog.Tx, letter Delivery) error {
	letter.Kind, letter.OfFailure = LetterKind, true
	return e.Outbox.Enqueue(tx, letter)
}

// original is what the target's message was made from.
func (d *Delivery) original() string {
	if d.Original != "" {
		return d.Original
	}
	return d.Message
}

// letterAttributes are those of EventBridge's dead letters (events.md 4.1).
func (o *Outcome) letterAttributes() map[string]Attribute {
	all := map[string]string{
		"TARGET_ARN": o.Delivery.Target, "ERROR_CODE": o.Code, "ERROR_MESSAGE": o.Reason,
		"RETRY_ATTEMPTS": strconv.Itoa(max(0, o.Delivery.Attempts-1)),
	}
	if o.Exhausted != "" {
		all["EXHAUSTED_RETRY_CONDITION"] = o.Exhausted
	}
	if name := causeAttribute(o.Delivery.Cause); name != "" {
		all[name] = o.Delivery.Cause
	}
	maps.Copy(all, o.Delivery.LetterAttributes)
	out := map[string]Attribute{}
	for name, value := range all {
		if value = plain(value); value != "" { // a queue refuses empty ones
			out[name] = Attribute{Type: "String", String: value}
		}
	}
	return out
}

// causeAttribute names the attribute that holds the cause, where there is one.
func causeAttribute(cause string) string {
	a, err := arn.Parse(cause)
	switch {
	case err != nil:
		return ""
	case a.Service == "events":
		return "RULE_ARN"
	case a.Service == "scheduler":
		return "SCHEDULE_ARN" // (inferred)
	}
	return ""
}

// plain makes any text, which may come from a receiver, one that a queue takes
// as an attribute: of bounded length and without control characters.
func plain(s string) string {
	if len(s) > longestErrorText {
		cut := longestErrorText
		for cut > longestErrorText-utf8.UTFMax && !utf8.RuneStart(s[cut]) {
			cut--
		}
		s = s[:cut]
	}
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == 0xFFFE || r == 0xFFFF {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "?"))
}
