package api

import (
	"context"
	"encoding/base64"
	"net/http"

	sdk "github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"skywatch/internal/fault"
	"skywatch/targets/function"
)

func (a lambdaAPI) invokeOperations() []offered {
	return []offered{
		offer("Invoke", a.invoke, "conformance: TestInvoke", Fields{
			"FunctionName": Acts, "Qualifier": Acts, "InvocationType": Acts, "LogType": Acts, "ClientContext": Acts, "Payload": Acts,
			"DurableExecutionName": Refused, "TenantId": Refused,
		}),
	}
}

func (a lambdaAPI) invoke(ctx context.Context, c *Call, in *sdk.InvokeInput) (*sdk.InvokeOutput, error) {
	n, qualifier, err := functionAt(c, in.FunctionName, in.Qualifier)
	if err != nil {
		return nil, err
	}
	call := function.Call{Name: n, Qualifier: qualifier, Payload: in.Payload, RequestID: c.RequestID, Trace: c.Trace()}
	if in.ClientContext != nil {
		plain, err := base64.StdEncoding.DecodeString(*in.ClientContext)
		if err != nil {
			return nil, fault.New(fault.InvalidValue, "Client context must be a valid Base64-encoded JSON object.").On("ClientContext")
		}
		call.Context = string(plain)
	}
	switch in.InvocationType {
	case types.InvocationTypeDryRun:
		return &sdk.InvokeOutput{StatusCode: http.StatusNoContent}, a.s.DryRun(call)
	case types.InvocationTypeEvent:
		return &sdk.InvokeOutput{StatusCode: http.StatusAccepted}, a.s.Enqueue(ctx, call)
	}
	r, err := a.s.Invoke(ctx, call)
	if err != nil {
		return nil, err
	}
	out := &sdk.InvokeOutput{StatusCode: http.StatusOK, ExecutedVersion: &r.Version, FunctionError: optional(r.Error), Payload: r.Payload}
	if in.LogType == types.LogTypeTail {
		out.LogResult = new(base64.StdEncoding.EncodeToString(r.Log))
	}
	return out, nil
}
