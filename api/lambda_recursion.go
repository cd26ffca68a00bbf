package api

import (
	"context"

	sdk "github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
)

const shownRecursion = "conformance: TestFunctionCircle"

func (a lambdaAPI) putRecursion(ctx context.Context, c *Call, in *sdk.PutFunctionRecursionConfigInput) (*sdk.PutFunctionRecursionConfigOutput, error) {
	n, err := unqualified(c, in.FunctionName)
	if err != nil {
		return nil, err
	}
	return &sdk.PutFunctionRecursionConfigOutput{RecursiveLoop: in.RecursiveLoop}, a.s.AllowLoops(ctx, n, in.RecursiveLoop == types.RecursiveLoopAllow)
}

func (a lambdaAPI) getRecursion(_ context.Context, c *Call, in *sdk.GetFunctionRecursionConfigInput) (*sdk.GetFunctionRecursionConfigOutput, error) {
	n, err := unqualified(c, in.FunctionName)
	if err != nil {
		return nil, err
	}
	f, err := a.s.Function(n)
	loop := types.RecursiveLoopTerminate
	if f.Loops {
		loop = types.RecursiveLoopAllow
	}
	return &sdk.GetFunctionRecursionConfigOutput{RecursiveLoop: loop}, err
}
