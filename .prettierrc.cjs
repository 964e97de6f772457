// For those who have Node: pre-commit installs prettier and its plugin for XML.
module.exports = {
    bracketSpacing: false,
    plugins: [require.resolve("@prettier/plugin-xml")],
    printWidth: 88,
    semi: true,
    trailingComma: "es5",
    xmlWhitespaceSensitivity: "preserve",
};
