package abroad

import (
	"cmp"
	"encoding/base64"
	"strings"

	"skywatch/targets/forward"
)

func base64Of(b []byte) string { return base64.StdEncoding.EncodeToString(b) }

// streamParameters are KinesisParameters: the key that a rule took from the event,
// or the schedule's own.
type streamParameters struct{ PartitionKeyPath, PartitionKey string }

// putRecord puts the payload on a Kinesis stream. Where the target says no
// partition key, the delivery's ID is it.
func putRecord(e *errand) (forward.Call, error) {
	const longest = 256 // API model
	var p streamParameters
	if err := e.read(&p); err != nil {
		return forward.Call{}, err
	}
	key := cut(cmp.Or(p.PartitionKeyPath, p.PartitionKey, e.ID), longest)
	return e.to("PutRecord", map[string]any{"StreamARN": e.Target, "Data": []byte(e.Message), "PartitionKey": key})
}

// putToFirehose puts the payload on a delivery stream, as it is: no line feed is
// added.
func putToFirehose(e *errand) (forward.Call, error) {
	name := strings.TrimPrefix(e.arn.Resource, "deliverystream/")
	return e.to("PutRecord", map[string]any{"DeliveryStreamName": name, "Record": map[string]any{"Data": []byte(e.Message)}})
}
