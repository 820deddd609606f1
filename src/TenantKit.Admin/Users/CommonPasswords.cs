namespace TenantKit.Admin.Users;

/// <summary>Passwords that everybody tries first. Decorations at the end do not help: digits and signs there are ignored.</summary>
internal static class CommonPasswords
{
    private static readonly HashSet<string> Words = new(StringComparer.OrdinalIgnoreCase)
    {
        "password", "passwort", "passw0rd", "p@ssw0rd", "p@ssword", "passwordpassword", "mypassword", "thisisapassword", "newpassword",
        "qwerty", "qwertyuiop", "qwertyuiopasdf", "qwertyuiopasdfghjkl", "qwertyqwerty", "qwertyuiopqwerty", "asdfghjkl", "asdfghjklasdf",
        "zxcvbnm", "zxcvbnmzxcvbnm", "letmein", "letmeinletmein", "letmeinplease", "welcome", "welcomewelcome", "welcome to", "iloveyou",
        "iloveyouiloveyou", "iloveyousomuch", "administrator", "adminadmin", "adminadminadmin", "administratoradministrator", "changeme",
        "changemechangeme", "changeit", "changeitnow", "changethis", "secret", "secretsecret", "supersecret", "topsecret", "trustno",
        "sunshine", "princess", "football", "baseball", "superman", "batman", "dragon", "monkey", "master", "shadow", "michael", "computer",
        "starwars", "whatever", "internet", "correcthorsebatterystaple", "correct horse battery staple", "tenantkit", "tenantkittenantkit",
        "default", "testtest", "testtesttest", "testpassword", "rootroot", "rootrootroot", "useruser", "useruseruser", "guestguest",
        "1q2w3e4r", "1q2w3e4r5t6y", "1qaz2wsx3edc", "1qaz2wsx3edc4rfv", "q1w2e3r4t5y6", "qazwsxedcrfv", "zaq12wsxcde", "abcdefghijkl",
        "abcdefghijklm", "abcdefghijklmnop", "abcdefghijklmnopqrstuvwxyz", "abcabcabcabc", "a1b2c3d4e5f", "abc123abc", "aa123456", "abcd1234abcd",
    };

    public static bool Contains(string password)
    {
        if (password.Distinct().Take(3).Count() < 3 || IsSequence(password) || Words.Contains(password))
        {
            return true;
        }

        var word = password.TrimEnd([.. "0123456789!?.,*#$%&@+-_ "]);
        return word.Length == 0 || Words.Contains(word);
    }

    private static bool IsSequence(string text)
    {
        var isUp = true;
        var isDown = true;
        for (var i = 1; i < text.Length; i++)
        {
            var step = text[i] - text[i - 1];
            isUp &= step is 1 or -9; // 9 is followed by 0
            isDown &= step is -1 or 9;
        }

        return isUp || isDown;
    }
}
