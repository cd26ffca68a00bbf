package api

import (
	"context"
	"encoding/json"
	"net"
	"strings"
	"time"

	"github.com/google/uuid"

	"skywatch/metric"
)

// APICall tells of a call that changed something, or tried to.
type APICall struct {
	metric.Tenant
	Service string // signing name
	At      time.Time
	// Record is JSON in the form of CloudTrail's records (events.md,
	// sample-events/cloudtrail-api-call.json).
	Record json.RawMessage
}

// dataPlane are the operations that carry data and change nothing else: they
// are too many to tell of, as in CloudTrail's management events.
var dataPlane = map[string]bool{
	"PutMetricData": true, "PutEvents": true, "PutPartnerEvents": true, "Publish": true, "PublishBatch": true,
	"SendMessage": true, "SendMessageBatch": true, "ReceiveMessage": true, "DeleteMessage": true, "DeleteMessageBatch": true,
	"ChangeMessageVisibility": true, "ChangeMessageVisibilityBatch": true, "Invoke": true, "PutLogEvents": true, "FilterLogEvents": true,
}

// changes reports whether an operation changes definitions.
func changes(name string) bool {
	for _, reads := range []string{"Get", "List", "Describe", "Test"} {
		if strings.HasPrefix(name, reads) {
			return false
		}
	}
	return !dataPlane[name]
}

// callRecord is what a record says, in the order of the sample.
type callRecord struct {
	EventVersion       string          `json:"eventVersion"`
	UserIdentity       callIdentity    `json:"userIdentity"`
	EventTime          string          `json:"eventTime"`
	EventSource        string          `json:"eventSource"`
	EventName          string          `json:"eventName"`
	AWSRegion          string          `json:"awsRegion"`
	SourceIPAddress    string          `json:"sourceIPAddress"`
	UserAgent          string          `json:"userAgent"`
	ErrorCode          string          `json:"errorCode,omitempty"`
	ErrorMessage       string          `json:"errorMessage,omitempty"`
	RequestParameters  json.RawMessage `json:"requestParameters"`
	ResponseElements   json.RawMessage `json:"responseElements"`
	RequestID          string          `json:"requestID"`
	EventID            string          `json:"eventID"`
	ReadOnly           bool            `json:"readOnly"`
	EventType          string          `json:"eventType"`
	ManagementEvent    bool            `json:"managementEvent"`
	RecipientAccountID string          `json:"recipientAccountId"`
	EventCategory      string          `json:"eventCategory"`
}

// callIdentity is who called: the root user of the account, for whom an access
// key stands (see GetCallerIdentity).
type callIdentity struct {
	Type        string `json:"type"`
	PrincipalID string `json:"principalId"`
	ARN         string `json:"arn"`
	AccountID   string `json:"accountId"`
	AccessKeyID string `json:"accessKeyId,omitempty"`
}

// tell has Called hear of a call that was worked. The answer waits for it.
func (h *Handler) tell(q *request, op *Operation, caller Caller, in, out any, failed error) {
	if h.opts.Called == nil || !changes(op.Name) {
		return
	}
	now := h.opts.Now().UTC()
	record := callRecord{
		EventVersion: "1.09", EventTime: now.Format(time.RFC3339), EventName: op.Name, AWSRegion: caller.Region,
		UserIdentity: callIdentity{
			Type: "Root", PrincipalID: caller.Account, ARN: "arn:aws:iam::" + caller.Account + ":root",
			AccountID: caller.Account, AccessKeyID: caller.AccessKeyID,
		},
		EventSource: op.Service.SigningName + ".amazonaws.com", SourceIPAddress: peerOf(q.http.RemoteAddr), UserAgent: q.http.UserAgent(),
		RequestParameters: told(in), ResponseElements: told(out), RequestID: q.id, EventID: uuid.NewString(),
		EventType: "AwsApiCall", ManagementEvent: true, RecipientAccountID: caller.Account, EventCategory: "Management",
	}
	if failed != nil {
		e := wireError(op.Service, failed)
		record.ErrorCode, record.ErrorMessage, record.ResponseElements = e.Code, e.Message, json.RawMessage("null")
	}
	text, err := json.Marshal(record)
	if err != nil {
		h.opts.Logger.Error("call cannot be told", "operation", op.Name, "request_id", q.id, "err", err)
		return
	}
	// The call is done: its record does not depend on a client that stays.
	h.opts.Called(context.WithoutCancel(q.http.Context()), APICall{Tenant: caller.Tenant, Service: op.Service.SigningName, At: now, Record: text})
}

// peerOf is the address that a request came from. What proxies say of it can be
// made up, and is not looked at.
func peerOf(remote string) string {
	host, _, err := net.SplitHostPort(remote)
	if err != nil {
		return remote
	}
	return host
}
