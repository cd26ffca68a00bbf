package abroad

import (
	"encoding/base64"
	"strings"

	"skywatch/targets/forward"
)

func base64Of(b []byte) string { return base64.StdEncoding.EncodeToString(b) }

// putRecord puts the payload on a Kinesis stream. Without a key of its own a
// record has the event's, which the delivery's ID stands for.
func putRecord(e *errand) (forward.Call, error) {
	key := e.Group
	if key == "" {
		key = e.ID
	}
	return e.to("PutRecord", map[string]any{"StreamARN": e.Target, "Data": []byte(e.Message), "PartitionKey": key})
}

// putToFirehose puts the payload on a delivery stream, as it is: no line feed is
// added.
func putToFirehose(e *errand) (forward.Call, error) {
	name := strings.TrimPrefix(e.arn.Resource, "deliverystream/")
	return e.to("PutRecord", map[string]any{"DeliveryStreamName": name, "Record": map[string]any{"Data": []byte(e.Message)}})
}
