namespace TenantKit.Testing.Virtual;

/// <summary>A binary heap of events by time.</summary>
internal sealed class EventHeap
{
    private VirtualEvent[] items = new VirtualEvent[256];
    private int count;

    public int Count => count;

    public long NextAt => items[0].At;

    public void Push(in VirtualEvent item)
    {
        if (count == items.Length)
        {
            Array.Resize(ref items, count * 2);
        }

        var at = count++;
        while (at > 0)
        {
            var parent = (at - 1) / 2;
            if (!item.IsBefore(items[parent]))
            {
                break;
            }

            items[at] = items[parent];
            at = parent;
        }

        items[at] = item;
    }

    public VirtualEvent Pop()
    {
        var first = items[0];
        var last = items[--count];
        items[count] = default;
        if (count > 0)
        {
            SiftDown(last);
        }

        return first;
    }

    private void SiftDown(in VirtualEvent item)
    {
        var at = 0;
        while (true)
        {
            var child = (at * 2) + 1;
            if (child >= count)
            {
                break;
            }

            if (child + 1 < count && items[child + 1].IsBefore(items[child]))
            {
                child++;
            }

            if (!items[child].IsBefore(item))
            {
                break;
            }

            items[at] = items[child];
            at = child;
        }

        items[at] = item;
    }
}
