package api

import (
	"context"
	"slices"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"skywatch/targets/function"
	"skywatch/targets/function/web"
)

const shownURL = "conformance: TestFunctionURL"

func (a lambdaAPI) urlOperations() []offered {
	of := Fields{"FunctionName": Acts, "Qualifier": Acts}
	made := Fields{"FunctionName": Acts, "Qualifier": Acts, "AuthType": Acts, "InvokeMode": Acts, "Cors": Acts}
	for _, m := range [...]string{"AllowCredentials", "AllowHeaders", "AllowMethods", "AllowOrigins", "ExposeHeaders", "MaxAge"} {
		made["Cors."+m] = Acts
	}
	return []offered{
		offer("CreateFunctionUrlConfig", a.createURL, shownURL, made),
		offer("UpdateFunctionUrlConfig", a.updateURL, shownURL, made),
		offer("GetFunctionUrlConfig", a.getURL, shownURL, of),
		offer("DeleteFunctionUrlConfig", a.deleteURL, shownURL, of),
		offer("ListFunctionUrlConfigs", a.listURLs, shownURL, Fields{"FunctionName": Acts, "Marker": Acts, "MaxItems": Acts}),
	}
}

// buffered refuses answers that are sent while the function still makes them.
func buffered(mode types.InvokeMode) error {
	if mode == types.InvokeModeResponseStream {
		return notYet(map[string]*string{"InvokeMode RESPONSE_STREAM": new("x")})
	}
	return nil
}

// corsOf reads what may call from other origins; what is empty says that nothing
// is set.
func corsOf(in *types.Cors) *function.Cors {
	if in == nil {
		return nil
	}
	c := &function.Cors{
		Credentials: in.AllowCredentials != nil && *in.AllowCredentials, Headers: in.AllowHeaders, Methods: in.AllowMethods,
		Origins: in.AllowOrigins, Shown: in.ExposeHeaders, MaxAge: number(in.MaxAge),
	}
	if !c.Credentials && c.MaxAge == 0 && len(slices.Concat(c.Headers, c.Methods, c.Origins, c.Shown)) == 0 {
		return nil
	}
	return c
}

// urlTime is how Lambda writes the times of function URLs (inferred).
func urlTime(t time.Time) *string { return new(t.UTC().Format("2006-01-02T15:04:05.000Z")) }

func wireURL(c *Call, u *function.URL) *types.FunctionUrlConfig {
	w := &types.FunctionUrlConfig{
		FunctionUrl: new(c.BaseURL + c.BasePath + web.URLPath + u.ID + "/"), FunctionArn: new(u.ARN()), AuthType: types.FunctionUrlAuthType(u.Auth),
		InvokeMode: types.InvokeModeBuffered, CreationTime: urlTime(u.Created), LastModifiedTime: urlTime(u.Modified),
	}
	if k := u.Cors; k != nil {
		w.Cors = &types.Cors{
			AllowHeaders: k.Headers, AllowMethods: k.Methods, AllowOrigins: k.Origins, ExposeHeaders: k.Shown,
		}
		if k.Credentials {
			w.Cors.AllowCredentials = &k.Credentials
		}
		if k.MaxAge > 0 {
			w.Cors.MaxAge = short(&k.MaxAge)
		}
	}
	return w
}

func (a lambdaAPI) createURL(ctx context.Context, c *Call, in *sdk.CreateFunctionUrlConfigInput) (*sdk.CreateFunctionUrlConfigOutput, error) {
	n, qualifier, err := functionAt(c, in.FunctionName, in.Qualifier)
	if err != nil {
		return nil, err
	}
	if err := buffered(in.InvokeMode); err != nil {
		return nil, err
	}
	u, err := a.s.CreateURL(ctx, function.URL{Name: n, Qualifier: qualifier, Auth: string(in.AuthType), Cors: corsOf(in.Cors)})
	if err != nil {
		return nil, err
	}
	return same[sdk.CreateFunctionUrlConfigOutput](wireURL(c, &u)), nil
}

func (a lambdaAPI) updateURL(ctx context.Context, c *Call, in *sdk.UpdateFunctionUrlConfigInput) (*sdk.UpdateFunctionUrlConfigOutput, error) {
	n, qualifier, err := functionAt(c, in.FunctionName, in.Qualifier)
	if err != nil {
		return nil, err
	}
	if err := buffered(in.InvokeMode); err != nil {
		return nil, err
	}
	u, err := a.s.UpdateURL(ctx, n, qualifier, func(u *function.URL) {
		if in.AuthType != "" {
			u.Auth = string(in.AuthType)
		}
		if in.Cors != nil {
			u.Cors = corsOf(in.Cors)
		}
	})
	if err != nil {
		return nil, err
	}
	return same[sdk.UpdateFunctionUrlConfigOutput](wireURL(c, &u)), nil
}

func (a lambdaAPI) getURL(_ context.Context, c *Call, in *sdk.GetFunctionUrlConfigInput) (*sdk.GetFunctionUrlConfigOutput, error) {
	n, qualifier, err := functionAt(c, in.FunctionName, in.Qualifier)
	if err != nil {
		return nil, err
	}
	u, err := a.s.URL(n, qualifier)
	if err != nil {
		return nil, err
	}
	return same[sdk.GetFunctionUrlConfigOutput](wireURL(c, &u)), nil
}

func (a lambdaAPI) deleteURL(ctx context.Context, c *Call, in *sdk.DeleteFunctionUrlConfigInput) (*sdk.DeleteFunctionUrlConfigOutput, error) {
	n, qualifier, err := functionAt(c, in.FunctionName, in.Qualifier)
	if err != nil {
		return nil, err
	}
	return nil, a.s.DeleteURL(ctx, n, qualifier)
}

func (a lambdaAPI) listURLs(_ context.Context, c *Call, in *sdk.ListFunctionUrlConfigsInput) (*sdk.ListFunctionUrlConfigsOutput, error) {
	n, err := unqualified(c, in.FunctionName)
	if err != nil {
		return nil, err
	}
	l, err := functionListing(in.Marker, "urls", in.MaxItems)
	if err != nil {
		return nil, err
	}
	page, more, err := a.s.URLs(n, l)
	if err != nil {
		return nil, err
	}
	out := &sdk.ListFunctionUrlConfigsOutput{FunctionUrlConfigs: make([]types.FunctionUrlConfig, len(page))}
	for i := range page {
		out.FunctionUrlConfigs[i] = *wireURL(c, &page[i])
	}
	if more {
		out.NextMarker = writeToken("lambda-urls", page[len(page)-1].Place())
	}
	return out, nil
}
