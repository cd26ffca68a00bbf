package api

import (
	"context"

	sdk "github.com/aws/aws-sdk-go-v2/service/lambda"

	"skywatch/targets/function"
)

const shownPolicy = "conformance: TestFunctionSettings"

func (a lambdaAPI) policyOperations() []offered {
	return []offered{
		offer("AddPermission", a.addPermission, shownPolicy, Fields{
			"FunctionName": Acts, "Qualifier": Acts, "RevisionId": Acts, "StatementId": Acts, "Action": Kept, "Principal": Kept,
			"SourceArn": Kept, "SourceAccount": Kept, "EventSourceToken": Kept, "PrincipalOrgID": Kept,
			"FunctionUrlAuthType": Kept, "InvokedViaFunctionUrl": Kept,
		}),
		offer("RemovePermission", a.removePermission, shownPolicy, Fields{"FunctionName": Acts, "StatementId": Acts, "Qualifier": Acts, "RevisionId": Acts}),
		offer("GetPolicy", a.getPolicy, shownPolicy, Fields{"FunctionName": Acts, "Qualifier": Acts}),
	}
}

func (a lambdaAPI) addPermission(ctx context.Context, c *Call, in *sdk.AddPermissionInput) (*sdk.AddPermissionOutput, error) {
	n, qualifier, err := functionAt(c, in.FunctionName, in.Qualifier)
	if err != nil {
		return nil, err
	}
	statement, err := a.s.AddPermission(ctx, n, qualifier, text(in.RevisionId), function.Permission{
		ID: text(in.StatementId), Action: text(in.Action), Principal: text(in.Principal), SourceARN: text(in.SourceArn),
		SourceAccount: text(in.SourceAccount), EventSourceToken: text(in.EventSourceToken), OrganizationID: text(in.PrincipalOrgID),
		URLAuth: string(in.FunctionUrlAuthType), ViaURL: in.InvokedViaFunctionUrl != nil && *in.InvokedViaFunctionUrl,
	})
	if err != nil {
		return nil, err
	}
	return &sdk.AddPermissionOutput{Statement: &statement}, nil
}

func (a lambdaAPI) removePermission(ctx context.Context, c *Call, in *sdk.RemovePermissionInput) (*sdk.RemovePermissionOutput, error) {
	n, qualifier, err := functionAt(c, in.FunctionName, in.Qualifier)
	if err != nil {
		return nil, err
	}
	return nil, a.s.RemovePermission(ctx, n, qualifier, text(in.RevisionId), text(in.StatementId))
}

func (a lambdaAPI) getPolicy(_ context.Context, c *Call, in *sdk.GetPolicyInput) (*sdk.GetPolicyOutput, error) {
	n, qualifier, err := functionAt(c, in.FunctionName, in.Qualifier)
	if err != nil {
		return nil, err
	}
	policy, revision, err := a.s.Policy(n, qualifier)
	if err != nil {
		return nil, err
	}
	return &sdk.GetPolicyOutput{Policy: &policy, RevisionId: &revision}, nil
}
