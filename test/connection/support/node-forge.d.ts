/** The few parts of node-forge that the tests' certificates need; the package brings no types. */
declare module 'node-forge' {
  interface PrivateKey {
    readonly n: unknown;
    readonly e: unknown;
  }
  export interface Digest {
    digest(): { getBytes(): string };
  }
  export interface Signer {
    sign(digest: Digest): string;
  }
  interface Attribute {
    readonly name: string;
    readonly value: string;
  }
  interface Certificate {
    publicKey: unknown;
    serialNumber: string;
    readonly validity: { notBefore: Date; notAfter: Date };
    setSubject(attributes: readonly Attribute[]): void;
    setIssuer(attributes: readonly Attribute[]): void;
    setExtensions(extensions: readonly object[]): void;
    sign(key: Signer, digest: Digest): void;
  }
  const forge: {
    readonly md: { readonly sha256: { create(): Digest } };
    readonly pki: {
      createCertificate(): Certificate;
      privateKeyFromPem(pem: string): PrivateKey;
      setRsaPublicKey(n: unknown, e: unknown): unknown;
      certificateToPem(certificate: Certificate): string;
    };
  };
  export default forge;
}
