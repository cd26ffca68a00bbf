package function

import (
	"bytes"
	"encoding/base64"
	"encoding/json"

	"skywatch/targets"
	"skywatch/targets/function/runtime"
)

// records is the event of a batch (Lambda developer guide, "Example standard
// queue message event").
type records struct {
	Records []batchRecord `json:"Records"`
}

type batchRecord struct {
	MessageID         string                    `json:"messageId"`
	ReceiptHandle     string                    `json:"receiptHandle"`
	Body              string                    `json:"body"`
	Attributes        map[string]string         `json:"attributes"`
	MessageAttributes map[string]batchAttribute `json:"messageAttributes"`
	MD5OfAttributes   string                    `json:"md5OfMessageAttributes,omitempty"`
	MD5OfBody         string                    `json:"md5OfBody"`
	EventSource       string                    `json:"eventSource"`
	EventSourceARN    string                    `json:"eventSourceARN"`
	Region            string                    `json:"awsRegion"`
}

type batchAttribute struct {
	StringValue      string   `json:"stringValue,omitempty"`
	BinaryValue      string   `json:"binaryValue,omitempty"`
	StringListValues []string `json:"stringListValues"`
	BinaryListValues []string `json:"binaryListValues"`
	DataType         string   `json:"dataType"`
}

func (m *Mapping) event(batch []Message) ([]byte, error) {
	var e records
	for i := range batch {
		e.Records = append(e.Records, m.record(&batch[i]))
	}
	return compact(e)
}

// compact writes JSON as AWS does, with <, > and & as they are.
func compact(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

// What messages take in an event.
const (
	// longestMessage is the size of a message at most, as queues count it.
	longestMessage = 1 << 20
	// wider is how much longer text becomes in JSON at most, of characters that
	// queues take.
	wider = 2
	// besides is what a record takes at most beside what queues count.
	besides = 4 << 10
)

// fits is how many bytes of messages, up to most of them, fit into an event
// beside records of the size given; 0: perhaps not even one more.
func fits(size, most int) int {
	left := (runtime.MaxPayload - size - most*besides) / wider
	if left < longestMessage {
		return 0
	}
	return left
}

// size is what messages take in an event.
func (m *Mapping) size(all []Message) (n int, err error) {
	for i := range all {
		b, err := compact(m.record(&all[i]))
		if err != nil {
			return n, err
		}
		n += len(b) + 1 // the comma
	}
	return n, nil
}

func (m *Mapping) record(one *Message) batchRecord {
	return batchRecord{
		MessageID: one.ID, ReceiptHandle: one.Receipt, Body: one.Body, Attributes: one.System, MessageAttributes: batchAttributes(one.Attributes),
		MD5OfAttributes: one.AttributesMD5, MD5OfBody: one.BodyMD5, EventSource: "aws:sqs", EventSourceARN: m.Source, Region: m.Region,
	}
}

// sift parts the messages that the mapping's filters let through from others.
func (m *Mapping) sift(all []Message, w *Worker) (wanted, unwanted []Message, err error) {
	if len(m.Filters) == 0 {
		return all, nil, nil
	}
	for i := range all {
		seen := struct {
			batchRecord
			Body any `json:"body"` // in place of the text
		}{m.record(&all[i]), FilterData(all[i].Body)}
		b, err := json.Marshal(seen)
		if err != nil {
			return nil, nil, err
		}
		if w.Wants(b) {
			wanted = append(wanted, all[i])
		} else {
			unwanted = append(unwanted, all[i])
		}
	}
	return wanted, unwanted, nil
}

func batchAttributes(all map[string]targets.Attribute) map[string]batchAttribute {
	out := map[string]batchAttribute{}
	for name, a := range all {
		out[name] = batchAttribute{
			StringValue: a.String, BinaryValue: base64.StdEncoding.EncodeToString(a.Binary), DataType: a.Type,
			StringListValues: []string{}, BinaryListValues: []string{},
		}
	}
	return out
}

// done splits a batch whose function answered without an error into what it has
// done with and what is to come again. An answer that is not in the form that
// ReportBatchItemFailures asks for fails the whole batch.
func (m *Mapping) done(batch []Message, answer []byte) (done, again []string) {
	if !m.Partial {
		return receipts(batch), nil
	}
	var failures struct {
		Items []struct {
			ID string `json:"itemIdentifier"`
		} `json:"batchItemFailures"`
	}
	if err := json.Unmarshal(answer, &failures); err != nil {
		return nil, receipts(batch)
	}
	failed := map[string]bool{}
	for _, f := range failures.Items {
		failed[f.ID] = true
	}
	known := 0
	for i := range batch {
		if failed[batch[i].ID] {
			known++
			again = append(again, batch[i].Receipt)
		} else {
			done = append(done, batch[i].Receipt)
		}
	}
	if known != len(failed) {
		return nil, receipts(batch)
	}
	return done, again
}

func receipts(batch []Message) []string {
	all := make([]string, len(batch))
	for i := range batch {
		all[i] = batch[i].Receipt
	}
	return all
}
