using TenantKit.Storage;

namespace TenantKit.Leases;

/// <summary>The shares that this replica holds, and who works under them. What is not surely held is not acted on.</summary>
/// <remarks>Thread-safe. A share is given back only when nobody works under it any more.</remarks>
internal sealed class ShardLeases(TimeProvider time)
{
    private readonly Lock gate = new();
    private readonly Share[] shares = [.. Enumerable.Range(0, Shards.Count).Select(static _ => new Share())];
    private long validFrom;
    private TimeSpan validFor;
    private int held;

    /// <summary>Raised outside the lock with a share that is held from now on.</summary>
    public event Action<int>? Acquired;

    /// <summary>Raised outside the lock with a share that is no longer held.</summary>
    public event Action<int>? Lost;

    /// <summary>Raised outside the lock when what is held is sure again after it was not: this replica was paused, or cut off.</summary>
    public event Action? Resumed;

    /// <summary>How many shares are held.</summary>
    public int Held => Volatile.Read(ref held);

    /// <summary>Begins to act for a tenant; <see cref="Leave"/> ends it. False: another replica acts for it, or this one cannot be sure.</summary>
    public bool TryEnter(string tenantId, out Fence fence)
    {
        var shard = Shards.Of(tenantId);
        lock (gate)
        {
            var share = shares[shard];
            if (share is not { Token: { } token, IsYielding: false } || !IsFresh())
            {
                fence = default;
                return false;
            }

            share.Working++;
            fence = new Fence(Shards.NameOf(shard), token);
            return true;
        }
    }

    /// <summary>Ends what <see cref="TryEnter"/> began.</summary>
    public void Leave(string tenantId)
    {
        lock (gate)
        {
            shares[Shards.Of(tenantId)].Working--;
        }
    }

    /// <summary>True while a tenant's share is held, as far as this replica can tell.</summary>
    public bool Holds(string tenantId)
    {
        lock (gate)
        {
            return shares[Shards.Of(tenantId)] is { Token: not null, IsYielding: false } && IsFresh();
        }
    }

    /// <summary>True while the lease is surely held: asked right before every effect.</summary>
    public bool IsValid(string tenantId, Fence fence)
    {
        lock (gate)
        {
            return shares[Shards.Of(tenantId)].Token == fence.Token && IsFresh();
        }
    }

    public bool IsHeld(int shard)
    {
        lock (gate)
        {
            return shares[shard].Token is not null;
        }
    }

    /// <summary>Compares with the rows as they were read: a share whose row tells of another holder or token is lost.</summary>
    public void Compare(IReadOnlyDictionary<string, Lease> rows, string self)
    {
        List<int> lost = [];
        lock (gate)
        {
            for (var shard = 0; shard < shares.Length; shard++)
            {
                if (shares[shard].Token is { } token
                    && !(rows.GetValueOrDefault(Shards.NameOf(shard)) is { } row && row.Holder == self && row.Token == token))
                {
                    shares[shard].Token = null;
                    lost.Add(shard);
                }
            }

            Volatile.Write(ref held, shares.Count(static share => share.Token is not null));
        }

        lost.ForEach(shard => Lost?.Invoke(shard));
    }

    /// <summary>Says that all that is held was still held at a moment, and stays so for a time from then on.</summary>
    public void Confirm(long from, TimeSpan span)
    {
        bool resumes;
        lock (gate)
        {
            resumes = !IsFresh();
            (validFrom, validFor) = (from, span);
        }

        if (resumes)
        {
            Resumed?.Invoke();
        }
    }

    /// <summary>Takes a share over after its row was written.</summary>
    public void Take(int shard, long token)
    {
        lock (gate)
        {
            shares[shard].Token = token;
            shares[shard].IsYielding = false;
            Volatile.Write(ref held, shares.Count(static share => share.Token is not null));
        }

        Acquired?.Invoke(shard);
    }

    /// <summary>Lets nobody begin under these shares any more; gives those of them under which nobody works.</summary>
    public IReadOnlyList<int> Yield(IReadOnlyList<int> yields)
    {
        lock (gate)
        {
            foreach (var shard in yields)
            {
                shares[shard].IsYielding = true;
            }

            return [.. yields.Where(shard => shares[shard].Working == 0)];
        }
    }

    /// <summary>Lets work begin again under all shares but these. Only after a commit: a release whose answer was lost may still come true until then.</summary>
    public void Resume(IReadOnlyList<int> yields)
    {
        lock (gate)
        {
            for (var shard = 0; shard < shares.Length; shard++)
            {
                shares[shard].IsYielding &= yields.Contains(shard);
            }
        }
    }

    /// <summary>Gives a share up after its row was written.</summary>
    public void Release(int shard)
    {
        lock (gate)
        {
            shares[shard].IsYielding = false;
            if (shares[shard].Token is null)
            {
                return;
            }

            shares[shard].Token = null;
            Volatile.Write(ref held, shares.Count(static share => share.Token is not null));
        }

        Lost?.Invoke(shard);
    }

    private bool IsFresh() => time.GetElapsedTime(validFrom) < validFor;

    private sealed class Share
    {
        public long? Token { get; set; }

        public bool IsYielding { get; set; }

        public int Working { get; set; }
    }
}
