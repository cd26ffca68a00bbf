package forward

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"skywatch/targets"
	"skywatch/targets/webhook"
)

// shortestSecret is how long a secret is, in bytes, that is hidden where an
// endpoint repeats it; AWS's have 40 and more.
const shortestSecret = 8

// maxMessage is how much of what an endpoint says of an error is told, in bytes.
const maxMessage = 500

// Error is what an endpoint answered instead of a result; a targets.Failure of
// Client.Call wraps it then.
type Error struct {
	// Call is the operation, with its service before it.
	Call   string
	Status int
	// Code is AWS's, empty where the answer has none.
	Code, Message string
}

// Error implements error.
func (e *Error) Error() string {
	text := fmt.Sprintf("%s answered with status %d", e.Call, e.Status)
	if e.Code != "" {
		text += " " + e.Code
	}
	if e.Message != "" {
		text += ": " + e.Message
	}
	return text
}

// CodeOf returns the code that AWS gave an error, empty if it gave none.
func CodeOf(err error) string {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

// refusal is the failure that an answer other than success stands for.
func refusal(c *Call, res *http.Response, body []byte, creds aws.Credentials) *targets.Failure {
	e := &Error{Call: c.name(), Status: res.StatusCode}
	e.Code, e.Message = readError(res.Header, body)
	e.Message = hide(e.Message, creds)
	if len(e.Message) > maxMessage {
		e.Message = strings.ToValidUTF8(e.Message[:maxMessage], "") + "..."
	}
	f := &targets.Failure{Err: e, After: max(0, webhook.RetryAfter(res.Header, time.Now()))}
	f.Code, f.Permanent = Classify(e.Status, e.Code)
	return f
}

// hide takes out of what an endpoint says the secrets that it was told: of a
// signature that does not match, AWS repeats the session token with the headers.
// What is as short as the keys of tests is part of words, and no secret.
func hide(text string, creds aws.Credentials) string {
	for _, s := range []string{creds.SessionToken, creds.SecretAccessKey} {
		if len(s) >= shortestSecret {
			text = strings.ReplaceAll(text, s, Secret(s).String())
		}
	}
	return text
}

// readError finds the code and the message of an error in the forms of all
// protocols: JSON with a __type, XML of the Query protocols and of EC2.
func readError(h http.Header, body []byte) (code, message string) {
	if strings.HasPrefix(strings.TrimSpace(string(body)), "<") {
		type xmlError struct{ Code, Message string }
		var x struct {
			Error xmlError
			EC2   xmlError `xml:"Errors>Error"`
		}
		if xml.Unmarshal(body, &x) != nil {
			return "", ""
		}
		if x.EC2.Code != "" {
			return x.EC2.Code, x.EC2.Message
		}
		return x.Error.Code, x.Error.Message
	}
	var j struct {
		Type    string `json:"__type"`
		Code    string // in any case, as of Message
		Message string
	}
	_ = json.Unmarshal(body, &j) // what does not fit has no code
	for _, text := range []string{h.Get("X-Amzn-Errortype"), j.Type, j.Code} {
		if text != "" {
			code = text
			break
		}
	}
	return plainCode(code), j.Message
}

// plainCode is a code without the namespace before it and the URL behind it.
func plainCode(code string) string {
	code, _, _ = strings.Cut(code, ":")
	return code[strings.LastIndexByte(code, '#')+1:]
}
