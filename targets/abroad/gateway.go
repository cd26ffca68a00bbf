package abroad

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"skywatch/targets"
	"skywatch/targets/forward"
)

// httpParameters are what a target adds to a call.
type httpParameters struct {
	PathParameterValues   []string
	HeaderParameters      map[string]string
	QueryStringParameters map[string]string
}

// callGateway calls a method of an API Gateway API. The ARN says which:
// API/STAGE/METHOD/path, where each * of the path is filled with a value in
// turn.
func callGateway(e *errand) (forward.Call, error) {
	parts := strings.SplitN(e.arn.Resource, "/", 4)
	if len(parts) < 3 || !label(parts[0]) {
		return forward.Call{}, fmt.Errorf("%s names no API, stage and method", e.Target)
	}
	var p httpParameters
	if err := e.read(&p); err != nil {
		return forward.Call{}, err
	}
	path := ""
	if len(parts) == 4 {
		var err error
		if path, err = fillPath(parts[3], p.PathParameterValues); err != nil {
			return forward.Call{}, err
		}
	}
	c := forward.Call{
		Method: parts[2], Path: "/" + url.PathEscape(parts[1]) + "/" + path, Body: []byte(e.Message),
		Header: http.Header{"Content-Type": {"application/json"}}, Query: url.Values{},
		Host: parts[0] + ".execute-api." + e.region + "." + forward.Domain(e.region), Resource: parts[0],
	}
	if c.Method == "*" {
		c.Method = http.MethodPost
	}
	for name, v := range p.HeaderParameters {
		c.Header.Set(name, v)
	}
	for name, v := range p.QueryStringParameters {
		c.Query.Set(name, v)
	}
	return c, nil
}

// fillPath puts values into the places of a path.
func fillPath(path string, values []string) (string, error) {
	segments := strings.Split(path, "/")
	for i, s := range segments {
		if s != "*" {
			segments[i] = url.PathEscape(s)
			continue
		}
		if len(values) == 0 {
			return "", errors.New("PathParameterValues has fewer values than the path has places")
		}
		segments[i], values = url.PathEscape(values[0]), values[1:]
	}
	return strings.Join(segments, "/"), nil
}

// label reports whether s can be a label of a host name.
func label(s string) bool {
	return s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789-") == ""
}

// callGraph has an AppSync API run the operation of AppSyncParameters; the
// payload is its variables.
func callGraph(e *errand) (forward.Call, error) {
	id, ok := strings.CutPrefix(e.arn.Resource, "endpoints/graphql-api/")
	if !ok || !label(id) {
		return forward.Call{}, fmt.Errorf("%s is not the ARN of a GraphQL endpoint", e.Target)
	}
	var p struct{ GraphQLOperation string }
	if err := e.read(&p); err != nil {
		return forward.Call{}, err
	}
	if p.GraphQLOperation == "" {
		return forward.Call{}, errors.New("AppSyncParameters name no GraphQLOperation")
	}
	in := map[string]any{"query": p.GraphQLOperation}
	if isObject(e.Message) {
		in["variables"] = json.RawMessage(e.Message)
	}
	return forward.Call{
		Method: http.MethodPost, Path: "/graphql", Input: in, Resource: id,
		Host: id + ".appsync-api." + e.region + "." + forward.Domain(e.region),
	}, nil
}

// judgeGraph finds the errors of an operation that an answer of success tells of.
func judgeGraph(answer []byte) error {
	var out struct {
		Errors []struct{ Message, ErrorType string }
	}
	if err := json.Unmarshal(answer, &out); err != nil || len(out.Errors) == 0 {
		return nil // what came back is the API's own affair
	}
	return refuse(targets.ClientError, fmt.Errorf("the operation failed: %s %s", out.Errors[0].ErrorType, out.Errors[0].Message))
}
