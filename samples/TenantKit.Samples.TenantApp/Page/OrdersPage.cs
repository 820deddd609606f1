using System.Globalization;
using System.Net;
using System.Text;
using TenantKit.Samples.TenantApp.Orders;

namespace TenantKit.Samples.TenantApp.Page;

/// <summary>The page as text. Every value goes through <see cref="Encode"/>.</summary>
internal static class OrdersPage
{
    public static string Render(string pathBase, string tenantName, IEnumerable<OrderView> orders, IEnumerable<string> customers, IEnumerable<string> products)
    {
        var page = new StringBuilder();
        page.Append("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">");
        page.Append(CultureInfo.InvariantCulture, $"<base href=\"{Encode(pathBase)}/\"><title>{Encode(tenantName)}</title></head><body>");
        page.Append(CultureInfo.InvariantCulture, $"<h1>{Encode(tenantName)}</h1><h2>Orders</h2><table><thead><tr><th>Invoice</th><th>Customer</th><th>Lines</th><th>Total</th><th>State</th></tr></thead><tbody>");
        foreach (var order in orders)
        {
            page.Append(CultureInfo.InvariantCulture, $"<tr><td>{order.InvoiceNumber}</td><td>{Encode(order.Customer)}</td><td>");
            page.AppendJoin(", ", order.Lines.Select(line => Encode(string.Create(CultureInfo.InvariantCulture, $"{line.Quantity} × {line.Product}"))));
            page.Append(CultureInfo.InvariantCulture, $"</td><td>{order.Total}</td><td>{order.State}</td></tr>");
        }

        page.Append("</tbody></table><h2>New order</h2><form method=\"post\" action=\"orders\">");
        page.Append("<p><label>Customer <input name=\"customer\" list=\"customers\" required maxlength=\"200\"></label></p>");
        page.Append("<p><label>Product <input name=\"product\" list=\"products\" required maxlength=\"200\"></label></p>");
        page.Append("<p><label>Quantity <input name=\"quantity\" type=\"number\" step=\"0.001\" min=\"0.001\" value=\"1\" required></label></p>");
        page.Append("<p><label>Unit price <input name=\"unitPrice\" type=\"number\" step=\"0.0001\" min=\"0\" required></label></p>");
        page.Append("<p><button>Place order</button></p></form>");
        AppendList(page, "customers", customers);
        AppendList(page, "products", products);
        return page.Append("</body></html>").ToString();
    }

    private static void AppendList(StringBuilder page, string id, IEnumerable<string> values)
    {
        page.Append(CultureInfo.InvariantCulture, $"<datalist id=\"{id}\">");
        foreach (var value in values)
        {
            page.Append(CultureInfo.InvariantCulture, $"<option value=\"{Encode(value)}\">");
        }

        page.Append("</datalist>");
    }

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
