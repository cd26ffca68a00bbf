package main

import "fmt"

// bound writes a member of a REST-JSON service with the place that carries it.
// In the body a location name is the member's JSON name.
func (e *emitter) bound(name string, r ref) (string, error) {
	target, err := e.use(r.Shape)
	if err != nil {
		return "", err
	}
	expr := fmt.Sprintf("schemas.Member(%q, %s", name, target)
	place, err := e.place(name, r)
	if err != nil {
		return "", err
	}
	if place != "" {
		expr += ", &traits." + place
	}
	if r.TimestampFormat != "" {
		expr += fmt.Sprintf(", &traits.TimestampFormat{Format: %q}", smithyFormat[r.TimestampFormat])
	}
	return expr + ")", nil
}

// smithyFormat names the formats of timestamps.
var smithyFormat = map[string]string{"unixTimestamp": "epoch-seconds", "iso8601": "date-time", "rfc822": "http-date"}

func (e *emitter) place(name string, r ref) (string, error) {
	switch r.Location {
	case "":
		if r.LocationName != "" && r.LocationName != name {
			return fmt.Sprintf("JSONName{Name: %q}", r.LocationName), nil
		}
		return "", nil
	case "uri":
		// Smithy's labels are named as their members are.
		if r.LocationName != name {
			return "", fmt.Errorf("the label is named %s", r.LocationName)
		}
		return "HTTPLabel{}", nil
	case "querystring":
		if e.model.Shapes[r.Shape].Type == "map" {
			return "HTTPQueryParams{}", nil
		}
		return fmt.Sprintf("HTTPQuery{Name: %q}", r.LocationName), nil
	case "header":
		return fmt.Sprintf("HTTPHeader{Name: %q}", r.LocationName), nil
	case "headers":
		return fmt.Sprintf("HTTPPrefixHeaders{Prefix: %q}", r.LocationName), nil
	case "statusCode":
		return "HTTPResponseCode{}", nil
	case "payload":
		return "HTTPPayload{}", nil
	}
	return "", fmt.Errorf("no trait for location %s", r.Location)
}
